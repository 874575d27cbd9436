-- what:   the share of a place's distance to the goal that each local channel carries, all its criteria together
-- grain:  survey, geography, geo_level, geo_code, channel
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.2
-- why:    the parts of `shortfall` added up: over the channels they make the gap. The steps are those of every
--         criterion that lies below the goal at the channel, each to be brought up by itself
WITH

added AS (
    SELECT
        survey,
        year,
        geography,
        geo_level,
        geo_code,
        channel,
        sum(n_answers)::BIGINT AS n_answers,
        count(*) AS n_criteria,
        count_if(n_steps > 0)::BIGINT AS n_criteria_below,
        sum(contribution_pct ORDER BY item) AS contribution_pct,
        sum(share_pct ORDER BY item) AS share_pct,
        sum(n_steps)::BIGINT AS n_steps,
        synthetic
    FROM shortfall
    GROUP BY ALL
)

SELECT
    added.survey,
    added.year,
    added.geography,
    added.geo_level,
    added.geo_code,
    added.channel,
    added.n_answers,
    satisfaction_index.index_pct,
    added.n_criteria,
    added.n_criteria_below,
    added.contribution_pct,
    added.share_pct,
    added.n_steps,
    added.synthetic
FROM added
INNER JOIN satisfaction_index
    ON
        added.survey = satisfaction_index.survey
        AND added.geography = satisfaction_index.geography
        AND added.geo_level = satisfaction_index.geo_level
        AND added.geo_code = satisfaction_index.geo_code
        AND added.channel = satisfaction_index.channel
        AND satisfaction_index.item_level = 'overall'
