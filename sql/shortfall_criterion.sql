-- what:   the share of a place's distance to the goal that each criterion carries, all its local channels together
-- grain:  survey, geography, geo_level, geo_code, item
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.2
-- why:    the overall index is the mean of the criterion indices, so their distances over their number add up to the
--         gap; of each, the parts in `shortfall` at its channels add up to it. The people who would have to move are
--         those of the whole criterion: a channel above the goal makes up for one below it
WITH

heaviest AS (
    SELECT
        survey,
        geography,
        geo_level,
        geo_code,
        item,
        arg_max(channel, (contribution_pct, channel)) AS heaviest_channel
    FROM shortfall
    GROUP BY ALL
)

SELECT
    criterion.survey,
    criterion.year,
    criterion.geography,
    criterion.geo_level,
    criterion.geo_code,
    criterion.item,
    criterion.n_answers,
    criterion.index_pct,
    (survey_target.goal_pct - criterion.index_pct) / overall.n_criteria AS contribution_pct,
    (survey_target.goal_pct - criterion.index_pct) / overall.n_criteria
    / nullif(greatest(survey_target.goal_pct - overall.index_pct, 0), 0) * 100 AS share_pct,
    greatest(
        ceil(round((survey_target.goal_pct - criterion.index_pct) * criterion.n_answers * item.scale_points / 100, 6)),
        0
    )::BIGINT AS n_steps,
    heaviest.heaviest_channel,
    criterion.synthetic
FROM satisfaction_index AS criterion
INNER JOIN heaviest
    ON
        criterion.survey = heaviest.survey
        AND criterion.geography = heaviest.geography
        AND criterion.geo_level = heaviest.geo_level
        AND criterion.geo_code = heaviest.geo_code
        AND criterion.channel = 'local'
        AND criterion.item_level = 'criterion'
        AND criterion.item = heaviest.item
INNER JOIN satisfaction_index AS overall
    ON
        criterion.survey = overall.survey
        AND criterion.geography = overall.geography
        AND criterion.geo_level = overall.geo_level
        AND criterion.geo_code = overall.geo_code
        AND overall.channel = 'local'
        AND overall.item_level = 'overall'
INNER JOIN survey ON criterion.survey = survey.survey
INNER JOIN survey_target ON criterion.survey = survey_target.survey
INNER JOIN item
    ON survey.instrument = item.instrument AND criterion.item = item.item AND item.item_level = 'criterion'
