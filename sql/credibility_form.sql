-- what:   the forms behind every sign in fieldwork_credibility, for somebody to look at; they stay in all figures
-- grain:  survey, indicator, delivery, file, row
-- clause: ours (credibility of the fieldwork)
WITH

flagged AS (
    SELECT * FROM fieldwork_credibility
    WHERE flagged
),

twin AS (
    SELECT survey, province, office, channel, answers
    FROM form_pattern
    WHERE lowest < highest
    GROUP BY ALL
    HAVING count(*) > 1
),

named AS (
    SELECT flagged.survey, flagged.indicator, flagged.subject, form_pattern.position
    FROM form_pattern
    INNER JOIN flagged
        ON
            form_pattern.survey = flagged.survey
            AND form_pattern.province = flagged.province
            AND form_pattern.office = flagged.office
            AND form_pattern.channel = flagged.channel
    WHERE
        flagged.indicator = 'outlying_office'
        OR (
            form_pattern.lowest = form_pattern.highest
            AND CASE flagged.indicator
                WHEN 'all_highest' THEN form_pattern.highest = form_pattern.points
                WHEN 'straight_lining' THEN form_pattern.highest < form_pattern.points
            END
        )
    UNION ALL
    SELECT flagged.survey, flagged.indicator, flagged.subject, form_pattern.position
    FROM form_pattern
    INNER JOIN flagged
        ON
            form_pattern.survey = flagged.survey
            AND form_pattern.province = flagged.province
            AND form_pattern.channel = flagged.channel
            AND form_pattern.mode = flagged.subject
            AND flagged.indicator = 'outlying_mode'
    UNION ALL
    SELECT flagged.survey, flagged.indicator, flagged.subject, form_pattern.position
    FROM form_pattern
    INNER JOIN twin
        ON
            form_pattern.survey = twin.survey
            AND form_pattern.province = twin.province
            AND form_pattern.office = twin.office
            AND form_pattern.channel = twin.channel
            AND form_pattern.answers = twin.answers
    INNER JOIN flagged
        ON
            form_pattern.survey = flagged.survey
            AND form_pattern.province = flagged.province
            AND form_pattern.office = flagged.office
            AND form_pattern.channel = flagged.channel
            AND flagged.indicator = 'identical_answers'
    WHERE form_pattern.lowest < form_pattern.highest
    UNION ALL
    SELECT flagged.survey, flagged.indicator, flagged.subject, form.rowid AS position
    FROM form
    INNER JOIN burst_day
        ON
            form.survey = burst_day.survey
            AND form.province = burst_day.province
            AND form.office = burst_day.office
            AND form.channel = burst_day.channel
            AND form.collected_on = burst_day.collected_on
            AND burst_day.n_forms > burst_day.n_allowed
    INNER JOIN flagged
        ON
            form.survey = flagged.survey
            AND form.province = flagged.province
            AND form.office = flagged.office
            AND form.channel = flagged.channel
            AND flagged.indicator = 'burst'
)

SELECT
    form.survey,
    survey.year,
    survey.geography,
    form.province,
    coalesce(form.office, '') AS office,
    form.channel,
    named.indicator,
    named.subject,
    form.delivery,
    form.file,
    form.row,
    form.form_id,
    survey.synthetic
FROM named
INNER JOIN form ON named.position = form.rowid
INNER JOIN survey ON form.survey = survey.survey
