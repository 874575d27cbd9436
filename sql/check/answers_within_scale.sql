-- what:     every answer to an interval item stands at one of its points
-- grain:    one row
-- clause:   Plan 1111/KH-BHXH, IV.2
-- severity: fail
WITH

judged AS (
    SELECT
        item_count.survey || ' ' || item_count.item AS named,
        item_count.n_answers <> CASE item.scale_points
            WHEN 5 THEN item_count.n1 + item_count.n2 + item_count.n3 + item_count.n4 + item_count.n5
            ELSE item_count.n1 + item_count.n2 + item_count.n3 + item_count.n4
        END AS is_outside
    FROM item_count
    INNER JOIN survey ON item_count.survey = survey.survey
    INNER JOIN item
        ON
            survey.instrument = item.instrument
            AND item_count.item = item.item
            AND item.scale_points IS NOT NULL
)

SELECT
    count(*) AS n_rows,
    count_if(is_outside) AS n_failed,
    string_agg(DISTINCT named, ', ' ORDER BY named) FILTER (is_outside) AS detail
FROM judged
