-- what:   how far the fieldwork of each place and channel is, what is left to do and at what pace
-- grain:  survey, geography, geo_level, geo_code, channel
-- clause: Decision 681/QĐ-BHXH, article 8 (forms done and not done, the reserve sample)
-- why:    as_of is the last day of the fieldwork period on which a form of the survey was issued or collected, so the
--         figures do not depend on a clock; later dates count as forms, not as days. A plan or an issue is known for a
--         slice only if it was delivered for every province and for every channel that has forms in it; by office
--         neither is delivered, and quarantined forms name none
WITH

delivered AS (
    SELECT
        *,
        count(planned) OVER of_province > 0 AND count(planned) OVER of_channel > 0 AS plan_known,
        count(issued) OVER of_province > 0 AND count(issued) OVER of_channel > 0 AS issue_known
    FROM fieldwork_day
    WINDOW
        of_province AS (PARTITION BY survey, province),
        of_channel AS (PARTITION BY survey, channel)
),

period AS (
    SELECT
        survey.survey,
        survey.fieldwork_to,
        coalesce(survey.fieldwork_from, min(fieldwork_day.date)) AS first_day,
        max(fieldwork_day.date) AS as_of
    FROM survey
    INNER JOIN fieldwork_day
        ON
            survey.survey = fieldwork_day.survey
            AND (survey.fieldwork_to IS NULL OR survey.fieldwork_to >= fieldwork_day.date)
            AND (survey.fieldwork_from IS NULL OR survey.fieldwork_from <= fieldwork_day.date)
    WHERE fieldwork_day.valid > 0 OR fieldwork_day.issued > 0
    GROUP BY survey.survey, survey.fieldwork_from, survey.fieldwork_to
),

total AS (
    SELECT
        fieldwork_slice.survey,
        delivered.year,
        fieldwork_slice.geography,
        fieldwork_slice.geo_level,
        fieldwork_slice.geo_code,
        fieldwork_slice.channel,
        period.as_of,
        period.as_of - period.first_day + 1 AS days_gone,
        period.fieldwork_to - period.as_of AS days_left,
        bool_and(delivered.plan_known) FILTER (WHERE delivered.valid > 0) IS NOT false AS plan_known,
        bool_and(delivered.issue_known) FILTER (WHERE delivered.valid > 0) IS NOT false AS issue_known,
        sum(delivered.planned)::BIGINT AS planned,
        sum(delivered.planned) FILTER (WHERE delivered.date <= period.as_of)::BIGINT AS planned_so_far,
        sum(delivered.reserve)::BIGINT AS reserve,
        sum(delivered.issued)::BIGINT AS issued,
        sum(delivered.returned)::BIGINT AS returned,
        sum(delivered.valid)::BIGINT AS valid,
        sum(delivered.valid) FILTER (WHERE delivered.date IS NULL)::BIGINT AS undated,
        delivered.synthetic
    FROM fieldwork_slice
    INNER JOIN delivered
        ON
            fieldwork_slice.survey = delivered.survey
            AND fieldwork_slice.province = delivered.province
            AND fieldwork_slice.office = delivered.office
            AND fieldwork_slice.form_channel = delivered.channel
    LEFT JOIN period ON fieldwork_slice.survey = period.survey
    GROUP BY ALL
),

known AS (
    SELECT
        * REPLACE (
            CASE WHEN plan_known THEN planned END AS planned,
            CASE WHEN plan_known THEN planned_so_far END AS planned_so_far,
            CASE WHEN plan_known THEN reserve END AS reserve,
            CASE WHEN issue_known THEN issued END AS issued,
            CASE WHEN geo_level <> 'office' THEN returned END AS returned
        ),
        CASE WHEN plan_known AND planned IS NOT NULL THEN greatest(planned - valid, 0) END AS remaining
    FROM total
)

SELECT
    survey,
    year,
    geography,
    geo_level,
    geo_code,
    channel,
    as_of,
    days_gone,
    days_left,
    planned,
    planned_so_far,
    reserve,
    issued,
    returned,
    valid,
    coalesce(undated, 0) AS undated,
    returned - valid AS quarantined,
    issued - returned AS missing,
    planned_so_far - valid AS behind,
    remaining,
    CASE
        WHEN reserve IS NOT NULL AND issued IS NOT NULL AND planned IS NOT NULL
            THEN greatest(reserve - greatest(issued - planned, 0), 0)
    END AS reserve_left,
    valid / days_gone AS pace_seen,
    CASE WHEN days_left > 0 THEN remaining / days_left END AS pace_needed,
    synthetic
FROM known
