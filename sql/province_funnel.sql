-- what:   the index of each province beside the limits within which chance alone would keep it at its number of forms
-- grain:  survey, geography, province, channel, item_level, item (levels above criterion)
-- clause: ours; Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005)
-- why:    few forms make an index jump: it belongs far from the nation's only if it lies beyond what that number of
--         forms explains. The limits are those of a province that answers like the nation over the same channels and
--         whose people differ from one another as in the median province
WITH

own AS (
    SELECT *
    FROM satisfaction_index
    WHERE geo_level = 'province' AND channel <> 'all' AND item_level <> 'criterion'
),

typical AS (
    SELECT
        survey,
        geography,
        channel,
        item_level,
        item,
        median(se_pct * sqrt(n_forms)) AS spread_pct
    FROM own
    GROUP BY ALL
)

SELECT
    own.survey,
    own.year,
    own.geography,
    own.geo_code AS province,
    own.channel,
    own.item_level,
    own.item,
    own.n_forms,
    own.index_pct,
    nation.index_pct AS reference_pct,
    greatest(nation.index_pct - normal_95() * typical.spread_pct / sqrt(own.n_forms), 0) AS limit_low_pct,
    least(nation.index_pct + normal_95() * typical.spread_pct / sqrt(own.n_forms), 100) AS limit_high_pct,
    greatest(nation.index_pct - normal_998() * typical.spread_pct / sqrt(own.n_forms), 0) AS outer_low_pct,
    least(nation.index_pct + normal_998() * typical.spread_pct / sqrt(own.n_forms), 100) AS outer_high_pct,
    own.synthetic
FROM own
INNER JOIN typical
    ON
        own.survey = typical.survey
        AND own.geography = typical.geography
        AND own.channel = typical.channel
        AND own.item_level = typical.item_level
        AND own.item = typical.item
INNER JOIN satisfaction_index AS nation
    ON
        own.survey = nation.survey
        AND own.geography = nation.geography
        AND nation.geo_level = 'nation'
        AND own.channel = nation.channel
        AND own.item_level = nation.item_level
        AND own.item = nation.item
