-- what:   provinces of about the size of a province whose forms came through the same channels
-- grain:  survey, geography, province, other_province
-- clause: ours
-- why:    a province with other channels was asked other things by other people, and one with far fewer forms is told
--         apart less often. Of the provinces with half to twice the forms the nearest five by the mix of channels: the
--         share of forms that would have to come through another channel for both to have the same (dissimilarity)
WITH

part AS (
    SELECT
        satisfaction_index.survey,
        satisfaction_index.geography,
        satisfaction_index.geo_code AS province,
        satisfaction_index.channel,
        satisfaction_index.n_forms
    FROM satisfaction_index
    INNER JOIN survey ON satisfaction_index.survey = survey.survey
    INNER JOIN form_channel
        ON survey.instrument = form_channel.instrument AND satisfaction_index.channel = form_channel.channel
    WHERE
        satisfaction_index.geo_level = 'province'
        AND satisfaction_index.item_level = 'overall'
        AND form_channel.is_local
),

share AS (
    SELECT
        survey,
        geography,
        province,
        channel,
        n_forms / sum(n_forms) OVER (PARTITION BY survey, geography, province) * 100 AS share_pct
    FROM part
),

-- Two shares differ by their sum less twice the smaller; over all channels the halves come to 100 less what is common.
common AS (
    SELECT
        one.survey,
        one.geography,
        one.province,
        other.province AS other_province,
        sum(least(one.share_pct, other.share_pct) ORDER BY one.channel) AS common_pct
    FROM share AS one
    INNER JOIN share AS other
        ON one.survey = other.survey AND one.geography = other.geography AND one.channel = other.channel
    GROUP BY ALL
),

whole AS (
    SELECT survey, geography, geo_code AS province, n_forms, index_pct
    FROM satisfaction_index
    WHERE geo_level = 'province' AND channel = 'all' AND item_level = 'overall'
)

SELECT
    province_difference.survey,
    province_difference.year,
    province_difference.geography,
    province_difference.province,
    province_difference.other_province,
    other.n_forms AS other_n_forms,
    greatest(100 - common.common_pct, 0) AS dissimilarity_pct,
    other.index_pct AS other_pct,
    province_difference.difference_pct,
    province_difference.se_pct,
    province_difference.is_distinct,
    province_difference.synthetic
FROM province_difference
INNER JOIN common
    ON
        province_difference.survey = common.survey
        AND province_difference.geography = common.geography
        AND province_difference.province = common.province
        AND province_difference.other_province = common.other_province
INNER JOIN whole AS one
    ON
        province_difference.survey = one.survey
        AND province_difference.geography = one.geography
        AND province_difference.province = one.province
INNER JOIN whole AS other
    ON
        province_difference.survey = other.survey
        AND province_difference.geography = other.geography
        AND province_difference.other_province = other.province
WHERE other.n_forms BETWEEN one.n_forms / 2 AND one.n_forms * 2
QUALIFY
    row_number() OVER (
        PARTITION BY province_difference.survey, province_difference.geography, province_difference.province
        ORDER BY dissimilarity_pct, province_difference.other_province
    ) <= 5
