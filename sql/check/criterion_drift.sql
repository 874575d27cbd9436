-- what:     the answers to a criterion are spread about as in the survey before
-- grain:    survey, channel, item
-- clause:   ours
-- why:      total variation: the share of people who would have to change their answer; channel by channel, so that
--           another mix of channels is no drift
-- suite:    satisfaction_index
-- severity: warn
-- of:       satisfaction_index WHERE item_level = 'criterion' AND geo_level = 'nation'
-- vi:       Phân bố câu trả lời của từng tiêu chí không thay đổi đột ngột so với cuộc khảo sát trước
-- en:       The answers to a criterion are spread about as in the survey before
WITH

spread AS (
    SELECT satisfaction_index.*
    FROM satisfaction_index
    INNER JOIN form_channel ON satisfaction_index.channel = form_channel.channel
    INNER JOIN survey
        ON satisfaction_index.survey = survey.survey AND form_channel.instrument = survey.instrument
    WHERE satisfaction_index.item_level = 'criterion' AND satisfaction_index.geo_level = 'nation'
),

compared AS (
    SELECT
        later.survey,
        later.geography,
        later.channel,
        later.item,
        least(later.n_answers, earlier.n_answers) AS n_answers,
        (
            abs(later.n1 / later.n_answers - earlier.n1 / earlier.n_answers)
            + abs(later.n2 / later.n_answers - earlier.n2 / earlier.n_answers)
            + abs(later.n3 / later.n_answers - earlier.n3 / earlier.n_answers)
            + abs(later.n4 / later.n_answers - earlier.n4 / earlier.n_answers)
            + abs(coalesce(later.n5, 0) / later.n_answers - coalesce(earlier.n5, 0) / earlier.n_answers)
        ) / 2 AS moved,
        -- What chance alone moves between two samples of these sizes, about.
        sqrt((1 / later.n_answers + 1 / earlier.n_answers) / 2) AS by_chance
    FROM spread AS later
    INNER JOIN previous_survey
        ON later.survey = previous_survey.survey AND later.geography = previous_survey.geography
    INNER JOIN spread AS earlier
        ON
            previous_survey.previous_survey = earlier.survey
            AND later.geography = earlier.geography
            AND later.channel = earlier.channel
            AND later.item = earlier.item
)

SELECT DISTINCT
    compared.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    compared.channel || ' ' || compared.item || ': ' || round(100 * compared.moved, 1) || ' % moved' AS key
FROM compared
CROSS JOIN settings
WHERE
    compared.n_answers >= settings.check_min_forms
    AND compared.moved > settings.drift_above + 2 * compared.by_chance
