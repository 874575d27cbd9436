-- what:   forms planned, issued, returned, valid, quarantined and missing, by province and channel
-- grain:  survey, province, channel, in the survey's own geography; province `none`: the form names none,
--         `unknown`: it cannot be read (likewise channel)
-- clause: Decision 681/QĐ-BHXH, article 8 (forms done and not done)
-- why:    returned = valid + quarantined, always; missing is known only where the number issued is
WITH

counted AS (
    SELECT survey, province, channel, sum(n_forms)::BIGINT AS valid, 0 AS quarantined
    FROM form_count
    GROUP BY ALL
    UNION ALL
    SELECT survey, province, channel, 0 AS valid, count(*) AS quarantined
    FROM quarantine
    GROUP BY ALL
),

returned AS (
    SELECT survey, province, channel, sum(valid)::BIGINT AS valid, sum(quarantined)::BIGINT AS quarantined
    FROM counted
    GROUP BY ALL
),

sent AS (
    SELECT
        survey,
        province,
        channel,
        sum(planned)::BIGINT AS planned,
        sum(reserve)::BIGINT AS reserve,
        sum(issued)::BIGINT AS issued
    FROM issued
    GROUP BY ALL
),

cell AS (
    SELECT
        coalesce(returned.survey, sent.survey) AS survey,
        coalesce(returned.province, sent.province) AS province,
        coalesce(returned.channel, sent.channel) AS channel,
        sent.planned,
        sent.reserve,
        sent.issued,
        coalesce(returned.valid, 0) AS valid,
        coalesce(returned.quarantined, 0) AS quarantined
    FROM returned
    FULL JOIN sent
        ON
            returned.survey = sent.survey
            AND returned.province = sent.province
            AND returned.channel = sent.channel
)

SELECT
    cell.survey,
    survey.year,
    survey.geography,
    cell.province,
    cell.channel,
    cell.planned,
    cell.reserve,
    cell.issued,
    cell.valid + cell.quarantined AS returned,
    cell.valid,
    cell.quarantined,
    cell.issued - (cell.valid + cell.quarantined) AS missing,
    survey.synthetic
FROM cell
INNER JOIN survey ON cell.survey = survey.survey
