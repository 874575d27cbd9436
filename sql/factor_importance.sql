-- what:   how closely what people think of a factor goes with what they think of everything else: its importance
-- grain:  survey, geography, geo_level, geo_code, channel, item (factors); service groups and channels
-- clause: ours: there is no question on satisfaction as a whole. Holm, Scandinavian Journal of Statistics 6 (1979)
-- why:    correlation, over the people who answered both, of the mean of a person's answers to the factor and that of
--         the person's answers to all other criteria; each less its mean over the people of the same province and
--         channel, so that a good province does not make a factor important. An association, no cause. Linearised like
--         every standard error (docs/decisions/0011); interval and p-value on Fisher's scale; none below 30 people
WITH

slice AS (
    SELECT DISTINCT
        cell_slice.survey,
        survey.year,
        survey.synthetic,
        cell_slice.geography,
        cell_slice.geo_level,
        cell_slice.geo_code,
        cell_slice.channel,
        cell_slice.province,
        cell_slice.form_channel
    FROM cell_slice
    INNER JOIN survey ON cell_slice.survey = survey.survey
    WHERE cell_slice.geo_level <> 'office' AND cell_slice.channel NOT IN ('all', 'local')
),

stratum AS (
    SELECT
        slice.*,
        factor_moment.item,
        factor_moment.n_forms,
        factor_moment.n_people,
        factor_moment.xy,
        factor_moment.xx,
        factor_moment.yy,
        factor_moment.xy_xy,
        factor_moment.xy_xx,
        factor_moment.xy_yy,
        factor_moment.xx_xx,
        factor_moment.xx_yy,
        factor_moment.yy_yy
    FROM slice
    INNER JOIN factor_moment
        ON
            slice.survey = factor_moment.survey
            AND slice.province = factor_moment.province
            AND slice.form_channel = factor_moment.channel
),

weighed AS (
    SELECT
        *,
        sum(n_people) OVER whole AS people,
        sum(xy) OVER whole / sqrt(sum(xx) OVER whole * sum(yy) OVER whole) AS association,
        -- The linearised correlation of one person is by_xy * xy + by_xx * xx + by_yy * yy.
        1 / sqrt(sum(xx) OVER whole * sum(yy) OVER whole) AS by_xy,
        -association / 2 / sum(xx) OVER whole AS by_xx,
        -association / 2 / sum(yy) OVER whole AS by_yy
    FROM stratum
    WINDOW whole AS (PARTITION BY survey, geography, geo_level, geo_code, channel, item)
    QUALIFY people >= 30 AND sum(xx) OVER whole > 1e-9 AND sum(yy) OVER whole > 1e-9
),

linearised AS (
    SELECT
        survey,
        year,
        synthetic,
        geography,
        geo_level,
        geo_code,
        channel,
        item,
        people::BIGINT AS n_people,
        association,
        sqrt(greatest(sum(
            CASE WHEN n_forms > 1 THEN n_forms / (n_forms - 1) ELSE 0 END * (
                by_xy * by_xy * xy_xy + by_xx * by_xx * xx_xx + by_yy * by_yy * yy_yy
                + 2 * (by_xy * by_xx * xy_xx + by_xy * by_yy * xy_yy + by_xx * by_yy * xx_yy)
                - (by_xy * xy + by_xx * xx + by_yy * yy) ** 2 / n_forms
            )
        ), 0)) AS association_se
    FROM weighed
    GROUP BY ALL
),

tested AS (
    SELECT
        *,
        atanh(association) AS z,
        association_se / (1 - association * association) AS z_se,
        normal_two_sided_p(z / nullif(z_se, 0)) AS p_value
    FROM linearised
    WHERE abs(association) < 1 - 1e-9
),

ordered AS (
    SELECT
        *,
        row_number() OVER (together ORDER BY p_value NULLS LAST, item) AS place,
        count(p_value) OVER together AS n_compared
    FROM tested
    WINDOW together AS (PARTITION BY survey, geography, geo_level, geo_code, channel)
),

adjusted AS (
    SELECT
        *,
        CASE
            WHEN p_value IS NOT NULL
                THEN least(1, max((n_compared - place + 1) * p_value) OVER (
                    PARTITION BY survey, geography, geo_level, geo_code, channel
                    ORDER BY place
                ))
        END AS p_adjusted
    FROM ordered
)

SELECT
    adjusted.survey,
    adjusted.year,
    adjusted.geography,
    adjusted.geo_level,
    adjusted.geo_code,
    adjusted.channel,
    adjusted.item,
    adjusted.n_people,
    satisfaction_index.index_pct,
    adjusted.association,
    adjusted.association_se,
    tanh(adjusted.z - normal_95() * adjusted.z_se) AS association_low,
    tanh(adjusted.z + normal_95() * adjusted.z_se) AS association_high,
    adjusted.p_value,
    adjusted.p_adjusted,
    adjusted.association > 0 AND coalesce(adjusted.p_adjusted < 0.05, false) AS is_important,
    adjusted.synthetic
FROM adjusted
INNER JOIN satisfaction_index
    ON
        adjusted.survey = satisfaction_index.survey
        AND adjusted.geography = satisfaction_index.geography
        AND adjusted.geo_level = satisfaction_index.geo_level
        AND adjusted.geo_code = satisfaction_index.geo_code
        AND adjusted.channel = satisfaction_index.channel
        AND satisfaction_index.item_level = 'factor'
        AND adjusted.item = satisfaction_index.item
