-- what:   the indices of the provinces that were merged into one, beside the index of their pooled respondents
-- grain:  survey, geography, province, predecessor, item_level, item
-- clause: Resolution 202/2025/QH15 (63 provinces become 34); the pooling is ours
-- why:    an earlier year is carried to the provinces of today by pooling people; the spread among those merged stays
--         visible
SELECT
    pooled.survey,
    pooled.year,
    pooled.geography,
    pooled.geo_code AS province,
    own.geo_code AS predecessor,
    pooled.item_level,
    pooled.item,
    own.n_forms,
    own.index_pct,
    own.se_pct,
    pooled.index_pct AS pooled_pct,
    pooled.synthetic
FROM satisfaction_index AS own
INNER JOIN survey ON own.survey = survey.survey AND own.geography = survey.geography
INNER JOIN province_path
    ON
        own.geography = province_path.form_geography
        AND own.geo_code = province_path.form_province
        AND own.geography <> province_path.geography
INNER JOIN satisfaction_index AS pooled
    ON
        own.survey = pooled.survey
        AND province_path.geography = pooled.geography
        AND pooled.geo_level = 'province'
        AND province_path.province_code = pooled.geo_code
        AND own.channel = pooled.channel
        AND own.item_level = pooled.item_level
        AND own.item = pooled.item
WHERE own.geo_level = 'province' AND own.channel = 'all'
