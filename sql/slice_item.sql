-- what:   the answers to each item in each slice: counts pooled over the cells of the slice
-- grain:  survey, geography, geo_level, geo_code, channel, item
-- clause: Plan 1111/KH-BHXH, IV.2: counts of people add up; indices never do
SELECT
    cell_slice.survey,
    cell_slice.geography,
    cell_slice.geo_level,
    cell_slice.geo_code,
    cell_slice.channel,
    item_count.item,
    sum(item_count.n_answers)::BIGINT AS n_answers,
    sum(item_count.n1)::BIGINT AS n1,
    sum(item_count.n2)::BIGINT AS n2,
    sum(item_count.n3)::BIGINT AS n3,
    sum(item_count.n4)::BIGINT AS n4,
    sum(item_count.n5)::BIGINT AS n5
FROM item_count
INNER JOIN cell_slice
    ON
        item_count.survey = cell_slice.survey
        AND item_count.province = cell_slice.province
        AND item_count.office = cell_slice.office
        AND item_count.channel = cell_slice.form_channel
GROUP BY ALL
