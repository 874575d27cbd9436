-- what:     a province and channel returned about as many forms as were planned
-- grain:    survey, province, channel
-- clause:   Decision 681/QĐ-BHXH, article 8
-- why:      a plan by day is compared up to the last day on which a form was collected, so that a wave under way can
--           be judged
-- suite:    response_funnel
-- severity: warn
-- of:       response_funnel WHERE planned > 0
-- vi:       Số phiếu thu về của từng tỉnh và kênh tương ứng với kế hoạch đến ngày thu phiếu gần nhất
-- en:       A province and channel returned about as many forms as were planned up to the last day collected
WITH

reached AS (
    SELECT survey, max(collected_on) AS last_day
    FROM form
    GROUP BY survey
),

due AS (
    SELECT
        issued.survey,
        issued.province,
        issued.channel,
        sum(issued.planned) FILTER (
            issued.date IS NULL OR reached.last_day IS NULL OR issued.date <= reached.last_day
        ) AS planned_by_now,
        sum(issued.planned) + coalesce(sum(issued.reserve), 0) AS at_most
    FROM issued
    LEFT JOIN reached ON issued.survey = reached.survey
    GROUP BY issued.survey, issued.province, issued.channel
)

SELECT
    response_funnel.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    response_funnel.province || ' ' || response_funnel.channel || ': ' || response_funnel.returned || ' of '
    || due.planned_by_now AS key
FROM response_funnel
INNER JOIN due
    ON
        response_funnel.survey = due.survey
        AND response_funnel.province = due.province
        AND response_funnel.channel = due.channel
CROSS JOIN settings
WHERE
    response_funnel.returned > due.at_most
    OR (
        due.planned_by_now >= settings.check_min_forms
        AND response_funnel.returned < settings.returned_below_plan * due.planned_by_now
    )
