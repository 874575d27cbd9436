-- what:   the provinces by their overall index, beside their index on the criteria that every ranked province measured
-- grain:  survey, geography, province
-- clause: Plan 1111/KH-BHXH, IV.1 (an index for each province) and IV.2.2; the common index is ours
-- why:    ranks are of the printed value and equal values share a rank. A province where a criterion was never
--         answered averages fewer criteria; the common index shows whether that moved its place
WITH

province_index AS (
    SELECT * FROM satisfaction_index
    WHERE geo_level = 'province' AND channel = 'all'
),

overall AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY survey, geography) AS n_ranked,
        rank() OVER (PARTITION BY survey, geography ORDER BY display_pct(index_pct) DESC) AS rank
    FROM province_index
    WHERE item_level = 'overall'
),

common_criterion AS (
    SELECT province_index.survey, province_index.geography, province_index.item
    FROM province_index
    INNER JOIN overall
        ON
            province_index.survey = overall.survey
            AND province_index.geography = overall.geography
            AND province_index.geo_code = overall.geo_code
    WHERE province_index.item_level = 'criterion'
    GROUP BY ALL
    HAVING count(*) = any_value(overall.n_ranked)
),

common_index AS (
    SELECT
        province_index.survey,
        province_index.geography,
        province_index.geo_code,
        avg(province_index.index_pct ORDER BY province_index.item) AS index_common_pct,
        count(*) AS n_criteria_common
    FROM province_index
    INNER JOIN common_criterion
        ON
            province_index.survey = common_criterion.survey
            AND province_index.geography = common_criterion.geography
            AND province_index.item = common_criterion.item
    WHERE province_index.item_level = 'criterion'
    GROUP BY ALL
)

SELECT
    overall.survey,
    overall.year,
    overall.geography,
    overall.geo_code AS province,
    place.region_code,
    overall.n_forms,
    overall.index_pct,
    overall.rank,
    overall.n_ranked,
    overall.n_criteria,
    overall.n_criteria_defined,
    common_index.index_common_pct,
    CASE
        WHEN common_index.index_common_pct IS NOT NULL
            THEN
                rank() OVER (
                    PARTITION BY overall.survey, overall.geography
                    ORDER BY display_pct(common_index.index_common_pct) DESC
                )
    END AS rank_common,
    coalesce(common_index.n_criteria_common, 0) AS n_criteria_common,
    survey_target.milestone_in_force_pct - overall.index_pct AS gap_in_force_pct,
    survey_target.goal_pct - overall.index_pct AS gap_goal_pct,
    earlier.survey AS previous_survey,
    overall.index_pct - earlier.index_pct AS change_pct,
    overall.synthetic
FROM overall
INNER JOIN place
    ON
        overall.geography = place.geography
        AND overall.geo_level = place.geo_level
        AND overall.geo_code = place.geo_code
INNER JOIN survey_target ON overall.survey = survey_target.survey
LEFT JOIN common_index
    ON
        overall.survey = common_index.survey
        AND overall.geography = common_index.geography
        AND overall.geo_code = common_index.geo_code
LEFT JOIN previous_survey
    ON overall.survey = previous_survey.survey AND overall.geography = previous_survey.geography
LEFT JOIN overall AS earlier
    ON
        previous_survey.previous_survey = earlier.survey
        AND overall.geography = earlier.geography
        AND overall.geo_code = earlier.geo_code
