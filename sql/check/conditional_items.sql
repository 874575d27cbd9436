-- what:     an item asked only of some is not answered by nearly all
-- grain:    survey, channel, item
-- clause:   Plan 1111/KH-BHXH, Appendix I, 2.2.a.4 and 2.2.b.3
-- suite:    item_count
-- severity: warn
-- of:       answer_range INNER JOIN item ON answer_range.item = item.item AND item.conditional AND
--           split_part(answer_range.form_column, '/', 1) = item.instrument
-- vi:       Tiêu chí có điều kiện (ví dụ chỉ hỏi khi trả kết quả chậm) không được đa số người trả lời
-- en:       An item asked only of some (when the result came late) is not answered by most
WITH

asked_channel AS (
    SELECT survey, channel, sum(n_forms) AS n_forms
    FROM form_count
    GROUP BY ALL
)

SELECT
    answer_range.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    answer_range.channel || ' ' || answer_range.item || ': '
    || round(100 * answer_range.n_answers / asked_channel.n_forms, 1) || ' % answered' AS key
FROM answer_range
INNER JOIN survey ON answer_range.survey = survey.survey
INNER JOIN item
    ON survey.instrument = item.instrument AND answer_range.item = item.item AND item.conditional
INNER JOIN asked_channel
    ON answer_range.survey = asked_channel.survey AND answer_range.channel = asked_channel.channel
CROSS JOIN settings
WHERE
    asked_channel.n_forms >= settings.check_min_forms
    AND answer_range.n_answers / asked_channel.n_forms > settings.conditional_answered_above
