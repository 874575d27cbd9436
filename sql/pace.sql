-- what:   the pace a year towards the goal, seen and needed, and the year in which the pace seen reaches it
-- grain:  survey, geography, geo_level, geo_code, channel, item_level, item
-- clause: Plan 1111/KH-BHXH, I.1.2 (90 by 2030); the projection is ours
-- why:    only where the two years measured the same (change without scope, same criteria): otherwise there is no
--         pace, and no row. A year is given only where the pace is surely upward; its range is that of the pace alone
WITH

comparable AS (
    SELECT
        index_change.*,
        index_change.year - index_change.previous_year AS n_years,
        survey_target.goal_year,
        survey_target.goal_pct
    FROM index_change
    INNER JOIN survey_target ON index_change.survey = survey_target.survey
    WHERE
        index_change.n_criteria_common = index_change.n_criteria
        AND index_change.n_criteria_common = index_change.previous_n_criteria
        AND abs(index_change.scope_pct) < 0.005
),

paced AS (
    SELECT
        *,
        change_pct / n_years AS pace_pct,
        change_se_pct / n_years AS pace_se_pct,
        greatest(goal_pct - index_pct, 0) AS gap_pct
    FROM comparable
)

SELECT
    survey,
    previous_survey,
    year,
    geography,
    geo_level,
    geo_code,
    channel,
    item_level,
    item,
    index_pct,
    pace_pct,
    pace_se_pct,
    CASE WHEN goal_year > year THEN gap_pct / (goal_year - year) END AS pace_needed_pct,
    CASE WHEN gap_pct = 0 THEN year WHEN pace_pct > normal_95() * pace_se_pct THEN year + ceil(gap_pct / pace_pct) END
        AS reached_year,
    CASE
        WHEN gap_pct = 0 THEN year
        WHEN pace_pct > normal_95() * pace_se_pct
            THEN year + ceil(gap_pct / (pace_pct + normal_95() * pace_se_pct))
    END AS reached_year_low,
    CASE
        WHEN gap_pct = 0 THEN year
        WHEN pace_pct > normal_95() * pace_se_pct
            THEN year + ceil(gap_pct / (pace_pct - normal_95() * pace_se_pct))
    END AS reached_year_high,
    synthetic
FROM paced
