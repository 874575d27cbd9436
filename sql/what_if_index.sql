-- what:   the indices of a place above the criteria, as they are and as they would be if one item were higher
-- grain:  item_level, item; of the place that the supposition names
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.2: the mean of the criterion indices below
SELECT
    item_ancestor.item_level,
    item_ancestor.item,
    avg(lifted_criterion.index_pct ORDER BY lifted_criterion.item) AS index_pct,
    avg(lifted_criterion.lifted_pct ORDER BY lifted_criterion.item) AS lifted_pct,
    avg(lifted_criterion.lifted_pct ORDER BY lifted_criterion.item)
    - avg(lifted_criterion.index_pct ORDER BY lifted_criterion.item) AS change_pct,
    count(*) AS n_criteria,
    count_if(lifted_criterion.is_lifted)::BIGINT AS n_lifted
FROM lifted_criterion
INNER JOIN supposition
    ON lifted_criterion.geo_level = supposition.geo_level AND lifted_criterion.geo_code = supposition.geo_code
INNER JOIN item_ancestor
    ON
        lifted_criterion.instrument = item_ancestor.instrument
        AND lifted_criterion.item = item_ancestor.criterion
        AND item_ancestor.item_level <> 'criterion'
GROUP BY ALL
