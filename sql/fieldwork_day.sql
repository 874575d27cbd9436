-- what:   forms planned, held in reserve, issued, returned and valid, day by day
-- grain:  survey, province, channel, office, date, in the survey's own geography; office '' where none is named,
--         date empty where the day is not known
-- clause: Decision 681/QĐ-BHXH, article 8 (the daily count of forms done and not done)
-- why:    a form counts on the day it was collected, a plan and an issue on their own day. A quarantined form keeps
--         neither its office nor its day (what broke may be either): it counts as returned under office '' and no
--         date. So the sums over all rows are those of response_funnel
WITH

counted AS (
    SELECT
        survey,
        province,
        channel,
        coalesce(office, '') AS office,
        collected_on AS date,
        NULL::BIGINT AS planned,
        NULL::BIGINT AS reserve,
        NULL::BIGINT AS issued,
        count(*) AS returned,
        count(*) AS valid
    FROM form
    GROUP BY ALL
    UNION ALL
    SELECT
        survey,
        province,
        channel,
        '' AS office,
        NULL AS date,
        NULL AS planned,
        NULL AS reserve,
        NULL AS issued,
        count(*) AS returned,
        0 AS valid
    FROM quarantine
    GROUP BY ALL
    UNION ALL
    SELECT
        survey,
        province,
        channel,
        '' AS office,
        date,
        planned,
        reserve,
        issued,
        0 AS returned,
        0 AS valid
    FROM issued
)

SELECT
    counted.survey,
    survey.year,
    survey.geography,
    counted.province,
    counted.channel,
    counted.office,
    counted.date,
    sum(counted.planned)::BIGINT AS planned,
    sum(counted.reserve)::BIGINT AS reserve,
    sum(counted.issued)::BIGINT AS issued,
    sum(counted.returned)::BIGINT AS returned,
    sum(counted.valid)::BIGINT AS valid,
    survey.synthetic
FROM counted
INNER JOIN survey ON counted.survey = survey.survey
GROUP BY ALL
