-- what:     the answers counted are those on the forms, and those at the points of the scale are as many
-- grain:    survey, channel, item
-- clause:   Plan 1111/KH-BHXH, IV.2 (number of people)
-- suite:    item_count
-- severity: fail
-- of:       answer_range
-- vi:       Số câu trả lời được đếm khớp với phiếu và với tổng các mức của thang đo
-- en:       The answers counted are those on the forms, and the points of the scale add up to them
WITH

counted AS (
    SELECT
        survey,
        channel,
        item,
        sum(n_answers) AS n_answers,
        sum(n1 + n2 + n3 + n4 + n5) AS n_points
    FROM item_count
    GROUP BY ALL
)

SELECT
    coalesce(answer_range.survey, counted.survey) AS survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', coalesce(answer_range.channel, counted.channel), coalesce(answer_range.item, counted.item)) AS key
FROM answer_range
FULL JOIN counted
    ON
        answer_range.survey = counted.survey
        AND answer_range.channel = counted.channel
        AND answer_range.item = counted.item
WHERE
    answer_range.n_answers IS DISTINCT FROM counted.n_answers
    OR counted.n_points <> counted.n_answers
