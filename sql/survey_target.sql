-- what:   the milestone in force in a survey's year, the one ahead of it, and the last one, the goal
-- grain:  survey
-- clause: Resolution 28-NQ/TW: 80 by 2021, 85 by 2025, 90 by 2030; Plan 1111/KH-BHXH, I.1.2
-- why:    in force is the latest milestone whose year has come, ahead the next; nothing is drawn between them
SELECT
    survey.survey,
    survey.year,
    max(milestone.year) FILTER (milestone.year <= survey.year) AS milestone_in_force_year,
    max_by(milestone.value_pct, milestone.year) FILTER (milestone.year <= survey.year) AS milestone_in_force_pct,
    min(milestone.year) FILTER (milestone.year > survey.year) AS milestone_ahead_year,
    min_by(milestone.value_pct, milestone.year) FILTER (milestone.year > survey.year) AS milestone_ahead_pct,
    max(milestone.year) AS goal_year,
    max_by(milestone.value_pct, milestone.year) AS goal_pct
FROM survey
CROSS JOIN milestone
GROUP BY ALL
