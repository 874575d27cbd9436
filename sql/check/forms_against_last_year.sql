-- what:     a survey that is over has about as many forms at a channel as the one before it
-- grain:    survey, channel
-- clause:   ours
-- why:      only channels that both surveyed; a wave whose forms end a week before its fieldwork does is under way
--           and may have few
-- suite:    response_funnel
-- severity: warn
-- of:       previous_survey
-- vi:       Số phiếu của từng kênh không khác quá xa so với cuộc khảo sát trước
-- en:       A survey that is over has about as many forms at a channel as the one before it
WITH

per_channel AS (
    SELECT survey, channel, sum(n_forms) AS n_forms
    FROM form_count
    GROUP BY ALL
),

under_way AS (
    SELECT survey.survey
    FROM survey
    INNER JOIN form ON survey.survey = form.survey
    GROUP BY survey.survey, survey.fieldwork_to
    HAVING max(form.collected_on) < survey.fieldwork_to - INTERVAL 7 DAY
),

pair AS (
    SELECT DISTINCT survey, previous_survey FROM previous_survey
)

SELECT
    pair.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    later.channel || ': ' || later.n_forms || ', before ' || earlier.n_forms AS key
FROM pair
INNER JOIN per_channel AS later ON pair.survey = later.survey
INNER JOIN per_channel AS earlier
    ON pair.previous_survey = earlier.survey AND later.channel = earlier.channel
LEFT JOIN under_way ON pair.survey = under_way.survey
CROSS JOIN settings
WHERE
    later.n_forms > settings.forms_change_above * earlier.n_forms
    OR (
        earlier.n_forms > settings.forms_change_above * later.n_forms
        AND under_way.survey IS NULL
    )
