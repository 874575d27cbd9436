-- what:   number of valid forms in each slice, whatever the items answered
-- grain:  survey, geography, geo_level, geo_code, channel
-- clause: Plan 1111/KH-BHXH, IV.1
SELECT
    cell_slice.survey,
    cell_slice.geography,
    cell_slice.geo_level,
    cell_slice.geo_code,
    cell_slice.channel,
    sum(form_count.n_forms)::BIGINT AS n_forms
FROM form_count
INNER JOIN cell_slice
    ON
        form_count.survey = cell_slice.survey
        AND form_count.province = cell_slice.province
        AND form_count.office = cell_slice.office
        AND form_count.channel = cell_slice.form_channel
GROUP BY ALL
