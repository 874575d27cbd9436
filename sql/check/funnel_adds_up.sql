-- what:     returned is valid plus quarantined, and no form is lost between the tables and the funnel
-- grain:    one row
-- clause:   Decision 681/QĐ-BHXH, article 8
-- severity: fail
WITH

set_aside AS (
    SELECT survey, count(*) AS n_quarantined
    FROM quarantine
    GROUP BY ALL
),

funnel AS (
    SELECT survey, sum(returned) AS returned, sum(valid) AS valid
    FROM response_funnel
    GROUP BY ALL
),

judged AS (
    SELECT
        survey.survey,
        coalesce(funnel.returned, 0) = survey.n_forms + coalesce(set_aside.n_quarantined, 0)
        AND coalesce(funnel.valid, 0) = survey.n_forms AS is_whole
    FROM survey
    LEFT JOIN funnel ON survey.survey = funnel.survey
    LEFT JOIN set_aside ON survey.survey = set_aside.survey
)

SELECT
    count(*) AS n_rows,
    count_if(NOT is_whole) AS n_failed,
    string_agg(survey, ', ' ORDER BY survey) FILTER (NOT is_whole) AS detail
FROM judged
