-- what:   a province against its region and against the nation over the local channels, with what the sample can tell
-- grain:  survey, geography, province, channel, item_level, item, reference_level
-- clause: ours; Holm, Scandinavian Journal of Statistics 6 (1979), over the provinces compared
-- why:    a province is part of what it is compared with: the variance of the difference takes their covariance. A
--         place is compared with the nation over the channels that places have (channel local)
WITH

compared AS (
    SELECT
        own.survey,
        own.year,
        own.geography,
        own.geo_code AS province,
        own.channel,
        own.item_level,
        own.item,
        index_covariance.reference_level,
        reference.geo_code AS reference_code,
        own.index_pct,
        reference.index_pct AS reference_pct,
        own.index_pct - reference.index_pct AS difference_pct,
        sqrt(greatest(
            own.se_pct * own.se_pct + reference.se_pct * reference.se_pct - 2 * index_covariance.covariance, 0
        )) AS se_pct,
        own.synthetic
    FROM satisfaction_index AS own
    INNER JOIN index_covariance
        ON
            own.survey = index_covariance.survey
            AND own.geography = index_covariance.geography
            AND own.geo_level = 'province'
            AND own.geo_code = index_covariance.geo_code
            AND own.channel = index_covariance.channel
            AND own.item_level = index_covariance.item_level
            AND own.item = index_covariance.item
    INNER JOIN satisfaction_index AS reference
        ON
            own.survey = reference.survey
            AND own.geography = reference.geography
            AND index_covariance.reference_level = reference.geo_level
            AND index_covariance.reference_code = reference.geo_code
            AND own.channel = reference.channel
            AND own.item_level = reference.item_level
            AND own.item = reference.item
),

tested AS (
    SELECT
        *,
        normal_two_sided_p(difference_pct / nullif(se_pct, 0)) AS p_value
    FROM compared
),

ordered AS (
    SELECT
        *,
        row_number() OVER (family ORDER BY p_value NULLS LAST, province) AS place,
        count(p_value) OVER family AS n_compared
    FROM tested
    WINDOW family AS (PARTITION BY survey, geography, channel, item_level, item, reference_level)
)

SELECT
    survey,
    year,
    geography,
    province,
    channel,
    item_level,
    item,
    reference_level,
    reference_code,
    index_pct,
    reference_pct,
    difference_pct,
    se_pct,
    p_value,
    CASE
        WHEN p_value IS NOT NULL
            THEN
                least(1, max((n_compared - place + 1) * p_value) OVER (
                    PARTITION BY survey, geography, channel, item_level, item, reference_level
                    ORDER BY place
                ))
    END AS p_adjusted,
    synthetic
FROM ordered
