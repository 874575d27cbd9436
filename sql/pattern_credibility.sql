-- what:   forms that give one score throughout, against the share that the slice's own level predicts
-- grain:  survey, province, office, channel, indicator (all_highest: every answer at the highest point;
--         straight_lining:
--         every answer at one lower point)
-- clause: ours (credibility of the fieldwork)
-- why:    near 96 many forms of highest answers are natural. A person chooses a point with a chance of his own,
--         spread
--         around the slice's share like a beta distribution; how far apart people stand (correlation) is measured
--         over
--         all forms of the survey and channel, so that one slice cannot excuse itself. The chance that all k answers
--         fall on the point is then B(a + k, b) / B(a, b)
WITH

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
        -- A slice all of whose answers fall on one point predicts itself wholly: it is judged as if one had not.
        least(greatest(avg(share), 1e-6), 1 - 1 / (count(*) * avg(n_answered) + 1)) AS p,
        avg(n_answered) AS k
    FROM judged
    GROUP BY ALL
),

shaped AS (
    SELECT
        slice.*,
        slice.p * (1 - correlated.correlation) / correlated.correlation AS a,
        (1 - slice.p) * (1 - correlated.correlation) / correlated.correlation AS b
    FROM slice
    INNER JOIN correlated
        ON
            slice.survey = correlated.survey
            AND slice.channel = correlated.channel
            AND slice.indicator = correlated.indicator
)

SELECT
    survey,
    province,
    office,
    channel,
    indicator,
    n_forms,
    n_flagged,
    exp(lgamma(a + k) - lgamma(a) - lgamma(a + b + k) + lgamma(a + b)) AS expected
FROM shaped
