-- what:     the overall index is the mean of the criterion indices of its slice, as many as it says
-- grain:    one row
-- clause:   Plan 1111/KH-BHXH, IV.2.2
-- severity: fail
WITH

judged AS (
    SELECT
        any_value(survey || ' ' || geo_code || ' ' || channel) AS named,
        coalesce(
            abs(
                avg(index_pct) FILTER (item_level = 'criterion')
                - any_value(index_pct) FILTER (item_level = 'overall')
            ) > 1e-9
            OR count_if(item_level = 'criterion') <> any_value(n_criteria) FILTER (item_level = 'overall'),
            true
        ) AS is_unequal
    FROM satisfaction_index
    WHERE item_level IN ('criterion', 'overall')
    GROUP BY survey, geography, geo_level, geo_code, channel
)

SELECT
    count(*) AS n_rows,
    count_if(is_unequal) AS n_failed,
    string_agg(named, ', ') FILTER (is_unequal) AS detail
FROM judged
