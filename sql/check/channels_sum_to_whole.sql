-- what:     the answers of the channels add up to those of all channels, in every place
-- grain:    survey, geography, geo_level, geo_code, item
-- clause:   Plan 1111/KH-BHXH, IV.2 (number of people)
-- suite:    slice_item
-- severity: fail
-- of:       slice_item WHERE channel = 'all'
-- vi:       Số câu trả lời của các kênh cộng lại bằng số của tất cả các kênh, ở mọi địa bàn
-- en:       The answers of the channels add up to those of all channels, in every place
SELECT
    slice_item.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', slice_item.geography, slice_item.geo_code, slice_item.item) AS key
FROM slice_item
INNER JOIN survey ON slice_item.survey = survey.survey
LEFT JOIN form_channel
    ON survey.instrument = form_channel.instrument AND slice_item.channel = form_channel.channel
GROUP BY
    slice_item.survey, slice_item.geography, slice_item.geo_level, slice_item.geo_code, slice_item.item
HAVING
    sum(slice_item.n_answers) FILTER (form_channel.channel IS NOT NULL)
    IS DISTINCT FROM max(slice_item.n_answers) FILTER (slice_item.channel = 'all')
