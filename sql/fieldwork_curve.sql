-- what:   forms planned, issued and valid on each day and up to it, in every place and channel
-- grain:  survey, geography, geo_level, geo_code, channel, date
-- clause: Decision 681/QĐ-BHXH, article 8 (the daily count of forms done and not done)
-- why:    what has no date is on no day: fieldwork_progress counts it
WITH

day AS (
    SELECT
        fieldwork_slice.survey,
        fieldwork_day.year,
        fieldwork_slice.geography,
        fieldwork_slice.geo_level,
        fieldwork_slice.geo_code,
        fieldwork_slice.channel,
        fieldwork_day.date,
        sum(fieldwork_day.planned)::BIGINT AS planned,
        sum(fieldwork_day.issued)::BIGINT AS issued,
        sum(fieldwork_day.valid)::BIGINT AS valid,
        fieldwork_day.synthetic
    FROM fieldwork_slice
    INNER JOIN fieldwork_day
        ON
            fieldwork_slice.survey = fieldwork_day.survey
            AND fieldwork_slice.province = fieldwork_day.province
            AND fieldwork_slice.office = fieldwork_day.office
            AND fieldwork_slice.form_channel = fieldwork_day.channel
    WHERE fieldwork_day.date IS NOT NULL
    GROUP BY ALL
)

SELECT
    survey,
    year,
    geography,
    geo_level,
    geo_code,
    channel,
    date,
    planned,
    issued,
    valid,
    (sum(planned) OVER so_far)::BIGINT AS planned_so_far,
    (sum(issued) OVER so_far)::BIGINT AS issued_so_far,
    (sum(valid) OVER so_far)::BIGINT AS valid_so_far,
    synthetic
FROM day
WINDOW so_far AS (PARTITION BY survey, geography, geo_level, geo_code, channel ORDER BY date)
