-- what:     the answers of the provinces of a region add up to the region's, and the regions' to the nation's local
--           ones
-- grain:    survey, geography, geo_level, geo_code, channel, item
-- clause:   Plan 1111/KH-BHXH, IV.2 (number of people)
-- suite:    slice_item
-- severity: fail
-- of:       slice_item WHERE geo_level IN ('region', 'nation') AND channel <> 'all'
-- vi:       Số câu trả lời của các tỉnh cộng lại bằng của vùng, của các vùng bằng của cả nước (kênh tại địa phương)
-- en:       The answers of the provinces of a region add up to the region's, and the regions' to the nation's local
--           ones
WITH

part AS (
    SELECT
        slice_item.survey,
        slice_item.geography,
        'region' AS whole_level,
        place.region_code AS whole,
        slice_item.channel,
        slice_item.item,
        slice_item.n_answers
    FROM slice_item
    INNER JOIN place
        ON
            slice_item.geography = place.geography
            AND slice_item.geo_level = place.geo_level
            AND slice_item.geo_code = place.geo_code
    WHERE slice_item.geo_level = 'province'
    UNION ALL
    SELECT survey, geography, 'nation' AS whole_level, 'vn' AS whole, channel, item, n_answers
    FROM slice_item
    WHERE geo_level = 'region' AND channel <> 'all'
),

summed AS (
    SELECT survey, geography, whole_level, whole, channel, item, sum(n_answers) AS n_answers
    FROM part
    GROUP BY ALL
)

SELECT
    summed.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', summed.geography, summed.whole, summed.channel, summed.item) AS key
FROM summed
LEFT JOIN slice_item
    ON
        summed.survey = slice_item.survey
        AND summed.geography = slice_item.geography
        AND summed.whole_level = slice_item.geo_level
        AND summed.whole = slice_item.geo_code
        AND summed.channel = slice_item.channel
        AND summed.item = slice_item.item
WHERE summed.n_answers IS DISTINCT FROM slice_item.n_answers
