-- what:     the people who chose the options of a question with one choice are those who answered it
-- grain:    survey, geography, geo_level, geo_code, channel, item
-- clause:   Plan 1111/KH-BHXH, IV.2.1
-- suite:    answer_index
-- severity: fail
-- of:       answer_index WHERE option IS NOT NULL
-- vi:       Với câu hỏi chọn một phương án, số người chọn các phương án cộng lại bằng số người trả lời
-- en:       The people who chose the options of a one-choice question are those who answered it
SELECT
    answer_index.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', answer_index.geography, answer_index.geo_code, answer_index.channel, answer_index.item) AS key
FROM answer_index
INNER JOIN survey ON answer_index.survey = survey.survey
INNER JOIN item
    ON survey.instrument = item.instrument AND answer_index.item = item.item AND item.scale = 'nominal'
GROUP BY
    answer_index.survey,
    answer_index.geography,
    answer_index.geo_level,
    answer_index.geo_code,
    answer_index.channel,
    answer_index.item
HAVING sum(answer_index.n_chosen) IS DISTINCT FROM any_value(answer_index.n_answers)
