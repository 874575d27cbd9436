-- what:     venue, mode, kind of respondent and field of policy have listed values
-- grain:    one row
-- clause:   ours (delivery contract)
-- severity: warn
WITH

closed AS (
    SELECT DISTINCT characteristic FROM characteristic
    WHERE is_closed
),

stated AS (
    SELECT
        respondent_profile.survey,
        respondent_profile.characteristic,
        respondent_profile.value,
        respondent_profile.n_forms,
        listed.value IS NULL AS is_unlisted
    FROM respondent_profile
    INNER JOIN closed ON respondent_profile.characteristic = closed.characteristic
    LEFT JOIN characteristic AS listed
        ON
            respondent_profile.characteristic = listed.characteristic
            AND respondent_profile.value = listed.value
    WHERE respondent_profile.geo_level = 'nation'
)

SELECT
    count(*) AS n_rows,
    count_if(is_unlisted) AS n_failed,
    string_agg(DISTINCT survey || ' ' || characteristic || ' = ' || value, ', ') FILTER (is_unlisted) AS detail
FROM stated
