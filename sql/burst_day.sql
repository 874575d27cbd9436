-- what:   days on which an office handed in far more forms than its share of the survey's days
-- grain:  survey, province, office, channel, collected_on; only forms that name an office and a day
-- clause: ours (credibility of the fieldwork)
WITH

day AS (
    SELECT
        survey,
        province,
        office,
        channel,
        collected_on,
        count(*) AS n_forms
    FROM form
    WHERE office <> '' AND collected_on IS NOT NULL
    GROUP BY ALL
),

fieldwork AS (
    SELECT survey, channel, count(DISTINCT collected_on) AS n_days
    FROM day
    GROUP BY ALL
),

expected AS (
    SELECT
        day.survey,
        day.province,
        day.office,
        day.channel,
        sum(day.n_forms) AS n_office,
        sum(day.n_forms) / any_value(fieldwork.n_days) AS n_expected
    FROM day
    INNER JOIN fieldwork ON day.survey = fieldwork.survey AND day.channel = fieldwork.channel
    GROUP BY day.survey, day.province, day.office, day.channel
)

SELECT
    day.survey,
    day.province,
    day.office,
    day.channel,
    day.collected_on,
    day.n_forms,
    expected.n_office,
    expected.n_expected,
    greatest(settings.burst_min_forms, settings.burst_times_expected * expected.n_expected) AS n_allowed
FROM day
INNER JOIN expected
    ON
        day.survey = expected.survey
        AND day.province = expected.province
        AND day.office = expected.office
        AND day.channel = expected.channel
CROSS JOIN settings
