-- what:     returned is valid plus quarantined in every province and channel, and those are the forms that are there
-- grain:    survey, province, channel
-- clause:   Decision 681/QĐ-BHXH, article 8
-- suite:    response_funnel
-- severity: fail
-- of:       response_funnel
-- vi:       Theo từng tỉnh và kênh: phiếu thu về = phiếu hợp lệ + phiếu cách ly, đúng với số phiếu có trong kho
-- en:       By province and channel: returned = valid + quarantined, and those are the forms that are there
WITH

held AS (
    SELECT survey, province, channel, count(*) AS valid, 0 AS quarantined FROM form
    GROUP BY ALL
    UNION ALL
    SELECT survey, province, channel, 0 AS valid, count(*) AS quarantined FROM quarantine
    GROUP BY ALL
),

there AS (
    SELECT survey, province, channel, sum(valid) AS valid, sum(quarantined) AS quarantined
    FROM held
    GROUP BY ALL
),

told AS (
    SELECT
        survey,
        province,
        channel,
        sum(returned) AS returned,
        sum(valid) AS valid,
        sum(quarantined) AS quarantined
    FROM response_funnel
    GROUP BY ALL
)

SELECT
    coalesce(told.survey, there.survey) AS survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', coalesce(told.province, there.province), coalesce(told.channel, there.channel)) AS key
FROM told
FULL JOIN there
    ON
        told.survey IS NOT DISTINCT FROM there.survey
        AND told.province IS NOT DISTINCT FROM there.province
        AND told.channel IS NOT DISTINCT FROM there.channel
WHERE
    told.returned IS DISTINCT FROM told.valid + told.quarantined
    OR told.valid IS DISTINCT FROM coalesce(there.valid, 0)
    OR told.quarantined IS DISTINCT FROM coalesce(there.quarantined, 0)
