-- what:   the people at each point of the interval scale of every assessment and expectation, and their share
-- grain:  survey, geography, geo_level, geo_code, channel, item, point
-- clause: Plan 1111/KH-BHXH, IV.2.1 and IV.2.3 (c, d, e, g); the shares are ours
-- why:    one index can stand for all people in the middle and for half of them at either end
WITH

counted AS (
    SELECT
        survey,
        year,
        geography,
        geo_level,
        geo_code,
        channel,
        item_level,
        item,
        n_answers,
        synthetic,
        unnest([1, 2, 3, 4, 5])::UTINYINT AS point,
        unnest([n1, n2, n3, n4, n5]) AS n_chosen
    FROM answer_index
    WHERE option IS NULL
)

SELECT
    survey,
    year,
    geography,
    geo_level,
    geo_code,
    channel,
    item_level,
    item,
    point,
    n_answers,
    n_chosen,
    nominal_index_pct(n_chosen, n_answers) AS share_pct,
    synthetic
FROM counted
WHERE n_chosen IS NOT NULL
