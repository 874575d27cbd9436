-- what:   forms that give one score throughout, against the share that the slice's own level predicts
-- grain:  survey, province, office, channel, indicator (all_highest: every answer at the highest point;
--         straight_lining:
--         every answer at one lower point)
-- clause: ours (credibility of the fieldwork)
-- why:    near 96 many forms of highest answers are natural. People's own chances of a point spread around the level
--         of the slice; how far apart they stand (correlation) is measured over all forms of the survey and channel.
--         The level is that of all forms or the one that the forms which are not uniform speak for, whichever is lower,
--         so that fabricated forms cannot excuse themselves: if u is the chance of a uniform form at level p, the
--         others show (p - u) / (1 - u), which is solved for p in thirty steps
WITH RECURSIVE

judged AS (
    SELECT
        survey,
        province,
        office,
        channel,
        n_answered,
        unnest(['all_highest', 'straight_lining']) AS indicator,
        unnest([n_highest, n_second]) / n_answered AS share,
        unnest([
            lowest = highest AND highest = points,
            lowest = highest AND highest < points
        ]) AS is_uniform
    FROM form_pattern
),

spread AS (
    SELECT
        survey,
        channel,
        indicator,
        avg(share) AS p,
        var_pop(share) AS variance,
        avg(n_answered) AS k
    FROM judged
    GROUP BY ALL
),

correlated AS (
    SELECT
        spread.survey,
        spread.channel,
        spread.indicator,
        least(
            greatest(
                coalesce(
                    (spread.variance - spread.p * (1 - spread.p) / spread.k)
                    / nullif(spread.p * (1 - spread.p) * (1 - 1 / spread.k), 0),
                    0
                ),
                0.01
            ),
            settings.pattern_correlation_at_most
        ) AS correlation
    FROM spread
    CROSS JOIN settings
),

slice AS (
    SELECT
        survey,
        province,
        office,
        channel,
        indicator,
        count(*) AS n_forms,
        count_if(is_uniform) AS n_flagged,
        greatest(avg(share), 1e-6) AS overall,
        greatest(coalesce(avg(share) FILTER (NOT is_uniform), 0), 1e-6) AS shown,
        avg(n_answered) AS k
    FROM judged
    GROUP BY ALL
),

levelled AS (
    SELECT slice.*, correlated.correlation, slice.shown AS level, 0 AS step
    FROM slice
    INNER JOIN correlated
        ON
            slice.survey = correlated.survey
            AND slice.channel = correlated.channel
            AND slice.indicator = correlated.indicator
    UNION ALL
    SELECT
        * EXCLUDE (level, step),
        shown + (1 - shown) * unanimity(level, correlation, k) AS level,
        step + 1 AS step
    FROM levelled
    WHERE step < 30
)

SELECT
    survey,
    province,
    office,
    channel,
    indicator,
    n_forms,
    n_flagged,
    unanimity(least(level, overall, 1 - 1e-6), correlation, k) AS expected
FROM levelled
WHERE step = 30
