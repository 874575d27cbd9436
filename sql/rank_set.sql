-- what:   the ranks that a province can have at this sample size, all provinces at once, and its band
-- grain:  survey, geography, province
-- clause: ours; Mogstad, Romano, Shaikh and Wilhelm, Inference for Ranks, Review of Economic Studies 91 (2024)
-- why:    from simultaneous intervals of all differences: a province ranks below those that are surely better and
--         above those that are surely worse. A band begins at the first province that is surely worse than the one at
--         the head of the band before it
WITH RECURSIVE

surely AS (
    SELECT
        survey,
        geography,
        province,
        count_if(is_distinct AND difference_pct < 0) AS n_better,
        count_if(is_distinct AND difference_pct > 0) AS n_worse,
        count(*) + 1 AS n_ranked
    FROM province_difference
    GROUP BY ALL
),

ordered AS (
    SELECT
        survey,
        geography,
        geo_code AS province,
        row_number() OVER (PARTITION BY survey, geography ORDER BY index_pct DESC, geo_code ASC) AS place
    FROM satisfaction_index
    WHERE geo_level = 'province' AND channel = 'all' AND item_level = 'overall'
),

next_head AS (
    SELECT
        head.survey,
        head.geography,
        head.place,
        min(later.place) AS next_place
    FROM ordered AS head
    INNER JOIN province_difference
        ON
            head.survey = province_difference.survey
            AND head.geography = province_difference.geography
            AND head.province = province_difference.province
            AND province_difference.is_distinct
            AND province_difference.difference_pct > 0
    INNER JOIN ordered AS later
        ON
            province_difference.survey = later.survey
            AND province_difference.geography = later.geography
            AND province_difference.other_province = later.province
    GROUP BY ALL
),

band AS (
    SELECT DISTINCT survey, geography, 1 AS band, 1 AS head
    FROM ordered
    UNION ALL
    SELECT band.survey, band.geography, band.band + 1 AS band, next_head.next_place AS head
    FROM band
    INNER JOIN next_head
        ON band.survey = next_head.survey AND band.geography = next_head.geography AND band.head = next_head.place
)

SELECT
    ordered.survey,
    ordered.geography,
    ordered.province,
    coalesce(surely.n_better, 0) + 1 AS rank_low,
    coalesce(surely.n_ranked - surely.n_worse, 1) AS rank_high,
    max(band.band) AS band
FROM ordered
LEFT JOIN surely
    ON
        ordered.survey = surely.survey
        AND ordered.geography = surely.geography
        AND ordered.province = surely.province
INNER JOIN band
    ON ordered.survey = band.survey AND ordered.geography = band.geography AND ordered.place >= band.head
GROUP BY ALL
