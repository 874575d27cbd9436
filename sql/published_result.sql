-- what:   the figures that were officially announced, beside the mean of the printed criteria below each
-- grain:  result
-- clause: Decision 688/QĐ-BHXH (2020); announcement of 16 February 2026 (2025)
-- why:    where what was printed does not follow from what else was printed, both are shown
WITH

criterion_printed AS (
    SELECT
        printed.year,
        printed.instrument,
        item_ancestor.item_level,
        item_ancestor.item,
        avg(printed.value_pct ORDER BY printed.item) AS recomputed_pct,
        count(*) AS n_criteria_printed
    FROM announced_result AS printed
    INNER JOIN item_ancestor
        ON printed.instrument = item_ancestor.instrument AND printed.item = item_ancestor.criterion
    WHERE
        printed.item_level = 'criterion'
        AND printed.geo_level = 'nation'
        AND item_ancestor.item_level IN ('service_group', 'content', 'overall')
    GROUP BY ALL
)

SELECT
    announced_result.*,
    criterion_printed.recomputed_pct,
    criterion_printed.n_criteria_printed
FROM announced_result
LEFT JOIN criterion_printed
    ON
        announced_result.year = criterion_printed.year
        AND announced_result.instrument = criterion_printed.instrument
        AND announced_result.item_level = criterion_printed.item_level
        AND announced_result.item = criterion_printed.item
        AND announced_result.geo_level = 'nation'
        AND announced_result.measure IN ('index', 'share')
