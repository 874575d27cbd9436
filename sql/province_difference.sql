-- what:   difference of the overall indices of two provinces, and whether the sample tells them apart
-- grain:  survey, geography, province, other_province
-- clause: ours; all pairs at once: Tukey's range, Kramer's form for unequal errors (Hayter, Annals of Statistics 12)
-- why:    provinces are separate strata, so their errors are independent. With 34 provinces there are 561 pairs: taken
--         one by one, some 28 would seem different by chance alone
WITH

overall AS (
    SELECT survey, year, geography, geo_code AS province, index_pct, se_pct, synthetic
    FROM satisfaction_index
    WHERE geo_level = 'province' AND channel = 'all' AND item_level = 'overall'
),

counted AS (
    SELECT survey, geography, count(*) AS n_ranked
    FROM overall
    GROUP BY ALL
),

pair AS (
    SELECT
        one.survey,
        one.year,
        one.geography,
        one.province,
        other.province AS other_province,
        one.index_pct - other.index_pct AS difference_pct,
        sqrt(one.se_pct * one.se_pct + other.se_pct * other.se_pct) AS se_pct,
        one.synthetic
    FROM overall AS one
    INNER JOIN overall AS other
        ON one.survey = other.survey AND one.geography = other.geography AND one.province <> other.province
)

SELECT
    pair.survey,
    pair.year,
    pair.geography,
    pair.province,
    pair.other_province,
    pair.difference_pct,
    pair.se_pct,
    normal_two_sided_p(pair.difference_pct / nullif(pair.se_pct, 0)) AS p_value,
    abs(pair.difference_pct) > range_critical.critical * pair.se_pct AS is_distinct,
    pair.synthetic
FROM pair
INNER JOIN counted ON pair.survey = counted.survey AND pair.geography = counted.geography
INNER JOIN range_critical ON counted.n_ranked = range_critical.n_ranked
