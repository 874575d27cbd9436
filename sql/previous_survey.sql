-- what:   for each survey, the one before it with the same instrument that has indices in the same geography
-- grain:  survey, geography
-- clause: Plan 1111/KH-BHXH, I.1.2 (each year higher than the year before)
WITH

measured AS (
    SELECT DISTINCT survey.survey, survey.year, survey.instrument, geography_path.geography
    FROM survey
    INNER JOIN geography_path ON survey.geography = geography_path.form_geography
)

SELECT
    later.survey,
    later.geography,
    max_by(earlier.survey, (earlier.year, earlier.survey)) AS previous_survey,
    later.year - max(earlier.year) AS years_between
FROM measured AS later
INNER JOIN measured AS earlier
    ON
        later.instrument = earlier.instrument
        AND later.geography = earlier.geography
        AND later.year > earlier.year
GROUP BY later.survey, later.geography, later.year
