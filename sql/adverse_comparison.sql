-- what:   the share of an adverse answer in each province against that of the nation over the same channels
-- grain:  survey, geography, province, channel, item
-- clause: ours; Holm, Scandinavian Journal of Statistics 6 (1979), over the provinces compared
-- why:    few people say it, so the error of a difference is that of a province that answers like the nation (a score
--         test), not that of the few who did. The province is part of the nation: of its variance, what the rest
--         leaves counts. A place is compared over the channels that places have (channel local and below)
WITH

compared AS (
    SELECT
        own.survey,
        own.year,
        own.geography,
        own.geo_code AS province,
        own.channel,
        own.item,
        own.n_answers,
        own.share_pct,
        own.se_pct,
        own.ci_low_pct,
        own.ci_high_pct,
        first_value(own.share_pct) OVER nation_first AS reference_share_pct,
        first_value(own.n_answers) OVER nation_first AS n_reference,
        own.geo_level,
        own.synthetic
    FROM adverse_share AS own
    WHERE own.geo_level IN ('nation', 'province') AND own.channel <> 'all'
    WINDOW nation_first AS (
        PARTITION BY own.survey, own.geography, own.channel, own.item
        ORDER BY own.geo_level, own.geo_code
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

tested AS (
    SELECT
        *,
        share_pct - reference_share_pct AS difference_pct,
        normal_two_sided_p(
            (share_pct - reference_share_pct)
            / nullif(sqrt(
                reference_share_pct * (100 - reference_share_pct) / n_answers * (1 - n_answers / n_reference)
            ), 0)
        ) AS p_value
    FROM compared
    WHERE geo_level = 'province'
),

ordered AS (
    SELECT
        *,
        row_number() OVER (family ORDER BY p_value NULLS LAST, province) AS place,
        count(p_value) OVER family AS n_compared
    FROM tested
    WINDOW family AS (PARTITION BY survey, geography, channel, item)
),

adjusted AS (
    SELECT
        *,
        CASE
            WHEN p_value IS NOT NULL
                THEN
                    least(1, max((n_compared - place + 1) * p_value) OVER (
                        PARTITION BY survey, geography, channel, item
                        ORDER BY place
                    ))
        END AS p_adjusted
    FROM ordered
)

SELECT
    survey,
    year,
    geography,
    province,
    channel,
    item,
    n_answers,
    share_pct,
    se_pct,
    ci_low_pct,
    ci_high_pct,
    reference_share_pct,
    difference_pct,
    p_value,
    p_adjusted,
    CASE
        WHEN p_adjusted >= 0.05 OR p_adjusted IS NULL THEN 'undetermined'
        WHEN difference_pct > 0 THEN 'higher'
        ELSE 'lower'
    END AS against_nation,
    synthetic
FROM adjusted
