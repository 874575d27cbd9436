-- what:     returned is valid plus quarantined, and no form is lost between the tables and the funnel
-- grain:    one row
-- clause:   Decision 681/QĐ-BHXH, article 8
-- severity: fail
WITH

compared AS (
    SELECT
        survey.survey,
        sum(response_funnel.returned) AS returned,
        sum(response_funnel.valid) AS valid,
        survey.n_forms,
        (SELECT count(*) FROM quarantine WHERE quarantine.survey = survey.survey) AS n_quarantined
    FROM survey
    LEFT JOIN response_funnel ON survey.survey = response_funnel.survey
    GROUP BY ALL
)

SELECT
    count(*) AS n_rows,
    count_if(NOT is_whole) AS n_failed,
    string_agg(survey, ', ' ORDER BY survey) FILTER (NOT is_whole) AS detail
FROM (
    SELECT
        survey,
        coalesce(returned = n_forms + n_quarantined AND valid = n_forms, n_forms + n_quarantined = 0) AS is_whole
    FROM compared
) AS judged
