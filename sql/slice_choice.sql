-- what:   the people who chose each option of a nominal item in each slice: counts pooled over the cells of the slice
-- grain:  survey, geography, geo_level, geo_code, channel, item, option
-- clause: Plan 1111/KH-BHXH, IV.2.1 (a)
SELECT
    cell_slice.survey,
    cell_slice.geography,
    cell_slice.geo_level,
    cell_slice.geo_code,
    cell_slice.channel,
    choice_count.item,
    choice_count.option,
    sum(choice_count.n_chosen)::BIGINT AS n_chosen
FROM choice_count
INNER JOIN cell_slice
    ON
        choice_count.survey = cell_slice.survey
        AND choice_count.province = cell_slice.province
        AND choice_count.office = cell_slice.office
        AND choice_count.channel = cell_slice.form_channel
GROUP BY ALL
