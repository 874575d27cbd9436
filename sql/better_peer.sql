-- what:   the provinces that are surely better than a province on the same criterion
-- grain:  survey, geography, province, item, other_province
-- clause: ours; Bonferroni over the other provinces (95 % for all peers of a province and criterion at once)
-- why:    somebody who does the same work under the same rules and is surely better is whom to ask
WITH

cell AS (
    SELECT survey, year, geography, geo_code AS province, item, index_pct, se_pct, synthetic
    FROM satisfaction_index
    WHERE geo_level = 'province' AND channel = 'all' AND item_level = 'criterion'
),

pair AS (
    SELECT
        own.survey,
        own.year,
        own.geography,
        own.province,
        own.item,
        peer.province AS other_province,
        own.index_pct,
        peer.index_pct AS other_pct,
        peer.index_pct - own.index_pct AS difference_pct,
        sqrt(own.se_pct * own.se_pct + peer.se_pct * peer.se_pct) AS se_pct,
        count(*) OVER (PARTITION BY own.survey, own.geography, own.province, own.item) AS n_peers,
        own.synthetic
    FROM cell AS own
    INNER JOIN cell AS peer
        ON
            own.survey = peer.survey
            AND own.geography = peer.geography
            AND own.item = peer.item
            AND own.province <> peer.province
)

SELECT
    survey,
    year,
    geography,
    province,
    item,
    other_province,
    index_pct,
    other_pct,
    difference_pct,
    se_pct,
    least(1, n_peers * normal_two_sided_p(difference_pct / se_pct)) AS p_adjusted,
    synthetic
FROM pair
WHERE difference_pct > 0 AND se_pct > 0 AND n_peers * normal_two_sided_p(difference_pct / se_pct) < 0.05
