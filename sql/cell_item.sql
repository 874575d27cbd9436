-- what:   the answers to each criterion in each cell that two surveys can have in common: people and sum of points
-- grain:  survey, geography, province, channel, venue, item; the province as it is in that geography
-- clause: ours
-- why:    equal codes are not enough: a criterion is compared where the same channel and venue of the same place
--         answered it
SELECT
    item_count.survey,
    geography_path.geography,
    coalesce(province_path.province_code, 'none') AS province,
    province_path.region_code,
    item_count.channel,
    item_count.venue,
    item_count.item,
    item.scale_points,
    sum(item_count.n_answers)::BIGINT AS n_answers,
    sum(1 * item_count.n1 + 2 * item_count.n2 + 3 * item_count.n3 + 4 * item_count.n4 + 5 * item_count.n5)::BIGINT
        AS points
FROM item_count
INNER JOIN survey ON item_count.survey = survey.survey
INNER JOIN geography_path ON survey.geography = geography_path.form_geography
INNER JOIN item
    ON survey.instrument = item.instrument AND item_count.item = item.item AND item.item_level = 'criterion'
LEFT JOIN province_path
    ON
        survey.geography = province_path.form_geography
        AND item_count.province = province_path.form_province
        AND geography_path.geography = province_path.geography
GROUP BY ALL
