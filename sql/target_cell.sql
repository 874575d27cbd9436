-- what:   how many cells (criterion x province) surely meet a target, surely miss it, or cannot be told
-- grain:  survey, geography, geo_level, geo_code, target_year
-- clause: Plan 1111/KH-BHXH, I.1.2: 90 at every criterion in every locality; Resolution 28-NQ/TW for the milestones
-- why:    the goal is conjunctive: an average hides that. A cell that nobody answered is not measured, never met
WITH

target AS (
    SELECT survey, milestone_in_force_year AS target_year, milestone_in_force_pct AS target_pct
    FROM survey_target
    WHERE milestone_in_force_year IS NOT NULL
    UNION
    SELECT survey, goal_year AS target_year, goal_pct AS target_pct FROM survey_target
),

cell AS (
    SELECT
        satisfaction_index.survey,
        satisfaction_index.year,
        satisfaction_index.geography,
        satisfaction_index.geo_code AS province,
        place.region_code,
        target.target_year,
        target.target_pct,
        verdict(satisfaction_index.ci_low_pct, satisfaction_index.ci_high_pct, target.target_pct) AS verdict,
        satisfaction_index.synthetic
    FROM satisfaction_index
    INNER JOIN target ON satisfaction_index.survey = target.survey
    INNER JOIN place
        ON
            satisfaction_index.geography = place.geography
            AND satisfaction_index.geo_level = place.geo_level
            AND satisfaction_index.geo_code = place.geo_code
    WHERE
        satisfaction_index.geo_level = 'province'
        AND satisfaction_index.channel = 'all'
        AND satisfaction_index.item_level = 'criterion'
),

province_cell AS (
    SELECT
        cell.survey,
        cell.year,
        cell.geography,
        cell.province,
        cell.region_code,
        cell.target_year,
        cell.target_pct,
        count_if(cell.verdict = 'met') AS n_met,
        count_if(cell.verdict = 'undetermined') AS n_undetermined,
        count_if(cell.verdict = 'not_met') AS n_not_met,
        any_value(overall.n_criteria_defined) AS n_cells,
        cell.synthetic
    FROM cell
    INNER JOIN satisfaction_index AS overall
        ON
            cell.survey = overall.survey
            AND cell.geography = overall.geography
            AND overall.geo_level = 'province'
            AND cell.province = overall.geo_code
            AND overall.channel = 'all'
            AND overall.item_level = 'overall'
    GROUP BY ALL
),

placed AS (
    SELECT
        *,
        unnest(['province', 'region', 'nation']) AS geo_level,
        unnest([province, region_code, 'vn']) AS geo_code
    FROM province_cell
)

SELECT
    survey,
    year,
    geography,
    geo_level,
    geo_code,
    target_year,
    target_pct,
    sum(n_cells)::BIGINT AS n_cells,
    sum(n_met)::BIGINT AS n_met,
    sum(n_undetermined)::BIGINT AS n_undetermined,
    sum(n_not_met)::BIGINT AS n_not_met,
    sum(n_cells - n_met - n_undetermined - n_not_met)::BIGINT AS n_not_measured,
    count(*) AS n_provinces,
    count_if(n_met = n_cells) AS n_provinces_met,
    synthetic
FROM placed
GROUP BY ALL
