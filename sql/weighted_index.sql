-- what:   satisfaction indices in which each person counts by the sampling weight, beside the official ones
-- grain:  survey, geography, geo_level, geo_code, channel, item_level, item; only surveys that deliver weights
-- clause: ours; the official indices count people (Plan 1111/KH-BHXH, IV.2.2) and are unweighted
WITH

criterion AS (
    SELECT
        cell_slice.survey,
        survey.year,
        survey.instrument,
        survey.synthetic,
        cell_slice.geography,
        cell_slice.geo_level,
        cell_slice.geo_code,
        cell_slice.channel,
        weighted_count.item,
        100.0::DOUBLE * sum(weighted_count.sum_points)
        / (item.scale_points * sum(weighted_count.sum_weight)) AS index_pct
    FROM weighted_count
    INNER JOIN cell_slice
        ON
            weighted_count.survey = cell_slice.survey
            AND weighted_count.province = cell_slice.province
            AND weighted_count.office = cell_slice.office
            AND weighted_count.channel = cell_slice.form_channel
    INNER JOIN survey ON weighted_count.survey = survey.survey
    INNER JOIN item
        ON
            survey.instrument = item.instrument
            AND weighted_count.item = item.item
            AND item.item_level = 'criterion'
    GROUP BY
        cell_slice.survey,
        survey.year,
        survey.instrument,
        survey.synthetic,
        cell_slice.geography,
        cell_slice.geo_level,
        cell_slice.geo_code,
        cell_slice.channel,
        weighted_count.item,
        item.scale_points
),

level AS (
    SELECT
        criterion.survey,
        criterion.year,
        criterion.synthetic,
        criterion.geography,
        criterion.geo_level,
        criterion.geo_code,
        criterion.channel,
        item_ancestor.item_level,
        item_ancestor.item,
        avg(criterion.index_pct ORDER BY criterion.item) AS weighted_index_pct,
        count(*) AS n_criteria
    FROM criterion
    INNER JOIN item_ancestor
        ON criterion.instrument = item_ancestor.instrument AND criterion.item = item_ancestor.criterion
    GROUP BY ALL
)

SELECT
    level.survey,
    level.year,
    level.geography,
    level.geo_level,
    level.geo_code,
    level.channel,
    level.item_level,
    level.item,
    level.weighted_index_pct,
    weighted_error.se_pct AS weighted_se_pct,
    (weighted_error.se_pct * weighted_error.se_pct)
    / nullif(weighted_error.se_srs_pct * weighted_error.se_srs_pct, 0) AS weighted_design_effect,
    level.n_criteria,
    level.synthetic
FROM level
LEFT JOIN weighted_error
    ON
        level.survey = weighted_error.survey
        AND level.geography = weighted_error.geography
        AND level.geo_level = weighted_error.geo_level
        AND level.geo_code = weighted_error.geo_code
        AND level.channel = weighted_error.channel
        AND level.item_level = weighted_error.item_level
        AND level.item = weighted_error.item
