-- what:     an item that a survey asks is answered by most of its people
-- grain:    survey, channel, item
-- clause:   ours
-- why:      an item that nobody of the channel answered was not asked, which is no fault
-- suite:    item_count
-- severity: warn
-- of:       answer_range WHERE is_asked
-- vi:       Tỷ lệ không trả lời của từng tiêu chí không quá cao (trừ tiêu chí có điều kiện, tiêu chí cần trải nghiệm)
-- en:       An item that is asked is answered by most people, conditional and experience items apart
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
    || round(100 - 100 * answer_range.n_answers / asked_channel.n_forms, 1) || ' % no answer' AS key
FROM answer_range
INNER JOIN survey ON answer_range.survey = survey.survey
INNER JOIN item
    ON
        survey.instrument = item.instrument
        AND answer_range.item = item.item
        AND NOT item.conditional
        AND NOT item.experience
INNER JOIN asked_channel
    ON answer_range.survey = asked_channel.survey AND answer_range.channel = asked_channel.channel
CROSS JOIN settings
WHERE
    answer_range.is_asked
    AND asked_channel.n_forms >= settings.check_min_forms
    AND 1 - answer_range.n_answers / asked_channel.n_forms > settings.non_response_above
