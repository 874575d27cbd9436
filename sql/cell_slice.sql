-- what:   the slices (geography x place x channel) that each cell of the design counts in
-- grain:  survey, province, office, form_channel, geography, geo_level, geo_code, channel
-- clause: Plan 1111/KH-BHXH, IV.1 (the country and each province); region and office are ours
-- why:    forms of channels run from the centre (support) count for the nation only, wherever the person lives;
--         an earlier survey is carried to the provinces of today by pooling its respondents
WITH

cell AS (
    SELECT DISTINCT
        form_count.survey,
        survey.instrument,
        survey.geography,
        form_count.province,
        form_count.office,
        form_count.channel
    FROM form_count
    INNER JOIN survey ON form_count.survey = survey.survey
),

place AS (
    SELECT cell.*, geography_path.geography AS slice_geography, 'nation' AS geo_level, 'vn' AS geo_code
    FROM cell
    INNER JOIN geography_path ON cell.geography = geography_path.form_geography
    UNION ALL
    SELECT
        cell.*,
        province_path.geography AS slice_geography,
        unnest(['region', 'province']) AS geo_level,
        unnest([province_path.region_code, province_path.province_code]) AS geo_code
    FROM cell
    INNER JOIN province_path
        ON cell.geography = province_path.form_geography AND cell.province = province_path.form_province
    UNION ALL
    SELECT
        cell.*,
        province_path.geography AS slice_geography,
        'office' AS geo_level,
        province_path.province_code || '/' || cell.office AS geo_code
    FROM cell
    INNER JOIN province_path
        ON cell.geography = province_path.form_geography AND cell.province = province_path.form_province
    WHERE cell.office <> ''
)

SELECT
    place.survey,
    place.province,
    place.office,
    place.channel AS form_channel,
    place.slice_geography AS geography,
    place.geo_level,
    place.geo_code,
    channel_member.channel
FROM place
INNER JOIN channel_member
    ON place.instrument = channel_member.instrument AND place.channel = channel_member.form_channel
WHERE place.geo_level = 'nation' OR channel_member.is_local
