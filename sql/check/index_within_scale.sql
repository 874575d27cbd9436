-- what:     an index lies within its scale: 20-100 on five points, 25-100 on four, 0-100 for a share
-- grain:    one row
-- clause:   Plan 1111/KH-BHXH, IV.2
-- severity: fail
WITH

bounded AS (
    SELECT
        satisfaction_index.survey || ' ' || satisfaction_index.geo_code || ' ' || satisfaction_index.item AS named,
        satisfaction_index.index_pct,
        100.0 / coalesce(item.scale_points, 5) AS lowest
    FROM satisfaction_index
    INNER JOIN survey ON satisfaction_index.survey = survey.survey
    LEFT JOIN item
        ON
            survey.instrument = item.instrument
            AND satisfaction_index.item_level = item.item_level
            AND satisfaction_index.item = item.item
    UNION ALL
    SELECT
        answer_index.survey || ' ' || answer_index.geo_code || ' ' || answer_index.item AS named,
        answer_index.index_pct,
        CASE WHEN answer_index.option IS NULL THEN 100.0 / coalesce(item.scale_points, 5) ELSE 0 END AS lowest
    FROM answer_index
    INNER JOIN survey ON answer_index.survey = survey.survey
    LEFT JOIN item ON survey.instrument = item.instrument AND answer_index.item = item.item
)

SELECT
    count(*) AS n_rows,
    count_if(is_outside) AS n_failed,
    string_agg(named, ', ') FILTER (is_outside) AS detail
FROM (
    SELECT
        named,
        coalesce(index_pct NOT BETWEEN lowest - 1e-9 AND 100 + 1e-9, true) AS is_outside
    FROM bounded
) AS judged
