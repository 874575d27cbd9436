-- what:   each province of each geography with the province it is in that geography and in every later one
-- grain:  form_geography, form_province, geography
-- clause: Resolution 202/2025/QH15: 63 provinces until 30 June 2025, 34 since
WITH RECURSIVE

carried AS (
    SELECT
        geography AS form_geography,
        province_code AS form_province,
        geography,
        province_code,
        region_code,
        successor_code
    FROM province
    UNION ALL
    SELECT
        earlier.form_geography,
        earlier.form_province,
        later.geography,
        later.province_code,
        later.region_code,
        later.successor_code
    FROM carried AS earlier
    INNER JOIN geography ON earlier.geography = geography.geography
    INNER JOIN province AS later
        ON geography.successor = later.geography AND earlier.successor_code = later.province_code
)

SELECT form_geography, form_province, geography, province_code, region_code FROM carried
