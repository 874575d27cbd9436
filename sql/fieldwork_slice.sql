-- what:   the slices (geography x place x channel) that each cell of the fieldwork counts in
-- grain:  survey, province, office, form_channel, geography, geo_level, geo_code, channel
-- clause: Decision 681/QĐ-BHXH, article 8; region and office are ours
-- why:    as in cell_slice, and what belongs to no place is kept in sight: `elsewhere` holds the channels run from the
--         centre (`central`) and what names no readable place or channel (`unknown`), so that the provinces and these
--         two add up to the nation
WITH

cell AS (
    SELECT DISTINCT
        fieldwork_day.survey,
        survey.instrument,
        fieldwork_day.geography,
        fieldwork_day.province,
        fieldwork_day.office,
        fieldwork_day.channel
    FROM fieldwork_day
    INNER JOIN survey ON fieldwork_day.survey = survey.survey
),

member AS (
    SELECT
        cell.* EXCLUDE (channel),
        cell.channel AS form_channel,
        channel_member.is_local,
        coalesce(channel_member.channel, 'all') AS channel
    FROM cell
    LEFT JOIN channel_member
        ON cell.instrument = channel_member.instrument AND cell.channel = channel_member.form_channel
),

carried AS (
    SELECT
        member.*,
        geography_path.geography AS slice_geography,
        province_path.region_code,
        CASE WHEN member.is_local THEN province_path.province_code END AS province_code
    FROM member
    INNER JOIN geography_path ON member.geography = geography_path.form_geography
    LEFT JOIN province_path
        ON
            member.geography = province_path.form_geography
            AND member.province = province_path.form_province
            AND geography_path.geography = province_path.geography
),

place AS (
    SELECT carried.*, 'nation' AS geo_level, 'vn' AS geo_code
    FROM carried
    UNION ALL
    SELECT
        carried.*,
        unnest(['region', 'province']) AS geo_level,
        unnest([region_code, province_code]) AS geo_code
    FROM carried
    WHERE province_code IS NOT NULL
    UNION ALL
    SELECT carried.*, 'office' AS geo_level, province_code || '/' || office AS geo_code
    FROM carried
    WHERE province_code IS NOT NULL AND office <> ''
    UNION ALL
    SELECT
        carried.*,
        'elsewhere' AS geo_level,
        CASE WHEN NOT is_local THEN 'central' ELSE 'unknown' END AS geo_code
    FROM carried
    WHERE province_code IS NULL
)

SELECT
    survey,
    province,
    office,
    form_channel,
    slice_geography AS geography,
    geo_level,
    geo_code,
    channel
FROM place
