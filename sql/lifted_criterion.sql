-- what:   each criterion of a place and of its provinces, as it is and as it would be if one item were higher
-- grain:  geo_level, geo_code, item; of the survey, geography and channel that the supposition names
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.2; arithmetic on what was measured, no forecast
-- why:    a lift is a number of points, or of people in a hundred who answer one step higher: one step of everybody is
--         100 / scale_points. Nobody goes beyond the top step and no index beyond 100. The interval then rests on as
--         many effective people as the measured one
WITH

-- Materialised: the plan is made in three quarters of the time.
inside AS MATERIALIZED (
    SELECT
        supposition.*,
        place.geo_level AS place_level,
        place.geo_code AS place_code
    FROM supposition
    INNER JOIN place
        ON
            supposition.geography = place.geography
            AND (
                (supposition.geo_level = place.geo_level AND supposition.geo_code = place.geo_code)
                OR (place.geo_level = 'province' AND supposition.geo_level = 'nation')
                OR (
                    place.geo_level = 'province'
                    AND supposition.geo_level = 'region'
                    AND supposition.geo_code = place.region_code
                )
            )
),

measured AS (
    SELECT
        satisfaction_index.geo_level,
        satisfaction_index.geo_code,
        survey.instrument,
        satisfaction_index.item,
        satisfaction_index.index_pct,
        satisfaction_index.ci_low_pct,
        satisfaction_index.ci_high_pct,
        satisfaction_index.se_pct,
        satisfaction_index.n_answers,
        satisfaction_index.n_answers
        - CASE WHEN item.scale_points = 5 THEN satisfaction_index.n5 ELSE satisfaction_index.n4 END AS n_below_top,
        100.0::DOUBLE / item.scale_points AS lowest_pct,
        item_ancestor.item IS NOT NULL AS is_lifted,
        inside.points,
        inside.people
    FROM inside
    INNER JOIN satisfaction_index
        ON
            inside.survey = satisfaction_index.survey
            AND inside.geography = satisfaction_index.geography
            AND inside.place_level = satisfaction_index.geo_level
            AND inside.place_code = satisfaction_index.geo_code
            AND inside.channel = satisfaction_index.channel
            AND satisfaction_index.item_level = 'criterion'
    INNER JOIN survey ON inside.survey = survey.survey
    INNER JOIN item
        ON
            survey.instrument = item.instrument
            AND item.item_level = 'criterion'
            AND satisfaction_index.item = item.item
    LEFT JOIN item_ancestor
        ON
            survey.instrument = item_ancestor.instrument
            AND satisfaction_index.item = item_ancestor.criterion
            AND inside.item = item_ancestor.item
),

lifted AS (
    SELECT
        *,
        CASE
            WHEN is_lifted
                THEN least(100, index_pct + points + lowest_pct * least(people / 100, n_below_top / n_answers))
            ELSE index_pct
        END AS lifted_pct,
        effective_people(index_pct, lowest_pct, se_pct, n_answers) AS n_effective
    FROM measured
)

SELECT
    geo_level,
    geo_code,
    instrument,
    item,
    is_lifted,
    index_pct,
    ci_low_pct,
    ci_high_pct,
    lifted_pct,
    CASE
        WHEN is_lifted THEN score_interval_pct(lifted_pct, lowest_pct, n_effective, -normal_95()) ELSE ci_low_pct
    END AS lifted_low_pct,
    CASE
        WHEN is_lifted THEN score_interval_pct(lifted_pct, lowest_pct, n_effective, normal_95()) ELSE ci_high_pct
    END AS lifted_high_pct
FROM lifted
