-- what:   every place of every geography, and the offices that forms name
-- grain:  geography, geo_level, geo_code
-- clause: Resolution 202/2025/QH15 (34 provinces); region and office are ours
WITH

office AS (
    SELECT DISTINCT cell_slice.geography, cell_slice.geo_code, cell_slice.office
    FROM cell_slice
    WHERE cell_slice.geo_level = 'office'
)

SELECT
    geography,
    'nation' AS geo_level,
    'vn' AS geo_code,
    nation_vi AS label_vi,
    nation_en AS label_en,
    NULL AS region_code,
    NULL AS successor_code,
    0 AS sort,
    NULL AS tile_row,
    NULL AS tile_col
FROM geography
UNION ALL
SELECT
    geography,
    'region' AS geo_level,
    region_code AS geo_code,
    label_vi,
    label_en,
    region_code,
    NULL AS successor_code,
    sort,
    NULL AS tile_row,
    NULL AS tile_col
FROM region
UNION ALL
SELECT
    province.geography,
    'province' AS geo_level,
    province.province_code AS geo_code,
    province.label_vi,
    province.label_en,
    province.region_code,
    province.successor_code,
    province.sort,
    tile.row AS tile_row,
    tile.col AS tile_col
FROM province
LEFT JOIN tile ON province.geography = tile.geography AND province.province_code = tile.province_code
UNION ALL
SELECT
    office.geography,
    'office' AS geo_level,
    office.geo_code,
    office.office AS label_vi,
    office.office AS label_en,
    province.region_code,
    NULL AS successor_code,
    province.sort,
    NULL AS tile_row,
    NULL AS tile_col
FROM office
INNER JOIN province
    ON office.geography = province.geography AND split_part(office.geo_code, '/', 1) = province.province_code
