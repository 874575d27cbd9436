-- what:   the share of a place's distance to the goal that each criterion carries at each channel, and what it takes
-- grain:  survey, geography, geo_level, geo_code, item, channel
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.2
-- why:    the overall index is the mean of the criterion indices, and a criterion's index the mean over its channels
--         by their answers; so the distances add up to the gap exactly. One person moving one step adds one point
WITH

local_slice AS (
    SELECT satisfaction_index.*, survey.instrument
    FROM satisfaction_index
    INNER JOIN survey ON satisfaction_index.survey = survey.survey
    WHERE satisfaction_index.geo_level IN ('nation', 'region', 'province')
),

whole AS (
    SELECT * FROM local_slice
    WHERE channel = 'local' AND item_level IN ('criterion', 'overall')
),

part AS (
    SELECT local_slice.*
    FROM local_slice
    INNER JOIN form_channel
        ON local_slice.instrument = form_channel.instrument AND local_slice.channel = form_channel.channel
    WHERE form_channel.is_local AND local_slice.item_level = 'criterion'
)

SELECT
    part.survey,
    part.year,
    part.geography,
    part.geo_level,
    part.geo_code,
    part.item,
    part.channel,
    part.n_answers,
    part.index_pct,
    (survey_target.goal_pct - part.index_pct) * part.n_answers / criterion.n_answers / overall.n_criteria
        AS contribution_pct,
    (survey_target.goal_pct - part.index_pct) * part.n_answers / criterion.n_answers / overall.n_criteria
    / nullif(greatest(survey_target.goal_pct - overall.index_pct, 0), 0) * 100 AS share_pct,
    greatest(
        ceil(round((survey_target.goal_pct - part.index_pct) * part.n_answers * item.scale_points / 100, 6)), 0
    )::BIGINT AS n_steps,
    part.synthetic
FROM part
INNER JOIN whole AS criterion
    ON
        part.survey = criterion.survey
        AND part.geography = criterion.geography
        AND part.geo_level = criterion.geo_level
        AND part.geo_code = criterion.geo_code
        AND criterion.item_level = 'criterion'
        AND part.item = criterion.item
INNER JOIN whole AS overall
    ON
        part.survey = overall.survey
        AND part.geography = overall.geography
        AND part.geo_level = overall.geo_level
        AND part.geo_code = overall.geo_code
        AND overall.item_level = 'overall'
INNER JOIN survey_target ON part.survey = survey_target.survey
INNER JOIN item
    ON part.instrument = item.instrument AND part.item = item.item AND item.item_level = 'criterion'
