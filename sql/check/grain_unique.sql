-- what:     no two index rows describe the same slice and item, and no key is empty
-- grain:    one row
-- clause:   ours (published grain)
-- severity: fail
WITH

keyed AS (
    SELECT
        hash(survey, geography, geo_level, geo_code, channel, item_level, item) AS row_key,
        survey || ' ' || geo_code || ' ' || channel || ' ' || item AS named
    FROM satisfaction_index
)

SELECT
    count(*) AS n_rows,
    count(*) - count(DISTINCT row_key) + count_if(named IS NULL) AS n_failed,
    CASE
        WHEN count(*) > count(DISTINCT row_key) THEN 'repeated key'
        WHEN count_if(named IS NULL) > 0 THEN 'empty key'
    END AS detail
FROM keyed
