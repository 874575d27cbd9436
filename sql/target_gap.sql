-- what:   what is missing to the milestone in force, to the one ahead and to the goal, and the pace needed and seen
-- grain:  survey, geography, geo_level, geo_code, channel, item_level, item
-- clause: Resolution 28-NQ/TW; Plan 1111/KH-BHXH, I.1.2 (90 at every criterion in every locality by 2030)
-- why:    a gap is target minus index: positive is still missing. The pace seen is that of the published index,
--         whatever both surveys measured: n_criteria beside it says when they did not average the same
SELECT
    satisfaction_index.survey,
    satisfaction_index.year,
    satisfaction_index.geography,
    satisfaction_index.geo_level,
    satisfaction_index.geo_code,
    satisfaction_index.channel,
    satisfaction_index.item_level,
    satisfaction_index.item,
    satisfaction_index.index_pct,
    satisfaction_index.ci_low_pct,
    satisfaction_index.ci_high_pct,
    satisfaction_index.n_criteria,
    survey_target.milestone_in_force_year,
    survey_target.milestone_in_force_pct,
    survey_target.milestone_in_force_pct - satisfaction_index.index_pct AS gap_in_force_pct,
    verdict(
        satisfaction_index.ci_low_pct, satisfaction_index.ci_high_pct, survey_target.milestone_in_force_pct
    ) AS verdict_in_force,
    survey_target.milestone_ahead_year,
    survey_target.milestone_ahead_pct,
    survey_target.milestone_ahead_pct - satisfaction_index.index_pct AS gap_ahead_pct,
    survey_target.goal_year,
    survey_target.goal_pct,
    survey_target.goal_pct - satisfaction_index.index_pct AS gap_goal_pct,
    verdict(satisfaction_index.ci_low_pct, satisfaction_index.ci_high_pct, survey_target.goal_pct) AS verdict_goal,
    CASE
        WHEN survey_target.goal_year > satisfaction_index.year
            THEN
                greatest(survey_target.goal_pct - satisfaction_index.index_pct, 0)
                / (survey_target.goal_year - satisfaction_index.year)
    END AS pace_needed_pct,
    previous_index.survey AS previous_survey,
    previous_index.n_criteria AS previous_n_criteria,
    satisfaction_index.index_pct - previous_index.index_pct AS change_pct,
    (satisfaction_index.index_pct - previous_index.index_pct) / previous_survey.years_between AS pace_seen_pct,
    previous_index.synthetic AS previous_synthetic,
    satisfaction_index.synthetic
FROM satisfaction_index
INNER JOIN survey_target ON satisfaction_index.survey = survey_target.survey
LEFT JOIN previous_survey
    ON
        satisfaction_index.survey = previous_survey.survey
        AND satisfaction_index.geography = previous_survey.geography
LEFT JOIN satisfaction_index AS previous_index
    ON
        previous_survey.previous_survey = previous_index.survey
        AND satisfaction_index.geography = previous_index.geography
        AND satisfaction_index.geo_level = previous_index.geo_level
        AND satisfaction_index.geo_code = previous_index.geo_code
        AND satisfaction_index.channel = previous_index.channel
        AND satisfaction_index.item_level = previous_index.item_level
        AND satisfaction_index.item = previous_index.item
