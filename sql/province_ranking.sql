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

-- Another stated weighting of the channels: each service group counts the same, however many criteria it has.
equal_groups AS (
    SELECT
        survey,
        geography,
        geo_code,
        avg(index_pct ORDER BY item) AS index_groups_pct
    FROM province_index
    WHERE item_level = 'service_group'
    GROUP BY ALL
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
    overall.se_pct,
    overall.ci_low_pct,
    overall.ci_high_pct,
    overall.rank,
    rank_set.rank_low,
    rank_set.rank_high,
    rank_set.band,
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
    equal_groups.index_groups_pct,
    CASE
        WHEN equal_groups.index_groups_pct IS NOT NULL
            THEN
                rank() OVER (
                    PARTITION BY overall.survey, overall.geography
                    ORDER BY display_pct(equal_groups.index_groups_pct) DESC
                )
    END AS rank_groups,
    survey_target.milestone_in_force_pct - overall.index_pct AS gap_in_force_pct,
    verdict(overall.ci_low_pct, overall.ci_high_pct, survey_target.milestone_in_force_pct) AS verdict_in_force,
    survey_target.goal_pct - overall.index_pct AS gap_goal_pct,
    verdict(overall.ci_low_pct, overall.ci_high_pct, survey_target.goal_pct) AS verdict_goal,
    index_change.previous_survey,
    index_change.change_pct,
    index_change.change_se_pct,
    index_change.like_for_like_pct,
    previous.synthetic AS previous_synthetic,
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
LEFT JOIN rank_set
    ON
        overall.survey = rank_set.survey
        AND overall.geography = rank_set.geography
        AND overall.geo_code = rank_set.province
LEFT JOIN equal_groups
    ON
        overall.survey = equal_groups.survey
        AND overall.geography = equal_groups.geography
        AND overall.geo_code = equal_groups.geo_code
LEFT JOIN index_change
    ON
        overall.survey = index_change.survey
        AND overall.geography = index_change.geography
        AND overall.geo_level = index_change.geo_level
        AND overall.geo_code = index_change.geo_code
        AND overall.channel = index_change.channel
        AND overall.item_level = index_change.item_level
        AND overall.item = index_change.item
LEFT JOIN survey AS previous ON index_change.previous_survey = previous.survey
