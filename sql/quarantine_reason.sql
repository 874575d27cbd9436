-- what:   quarantined forms by the rule they broke; a form counts under each of its reasons
-- grain:  survey, province, channel, reason, in the survey's own geography
-- clause: ours (rules of the delivery contract)
-- why:    a form is known by its delivery, file and row: two deliveries of a survey may name their files alike
WITH

broken AS (
    SELECT DISTINCT
        survey,
        province,
        channel,
        delivery,
        file,
        row,
        split_part(unnest(reasons), ':', 1) AS reason
    FROM quarantine
)

SELECT
    broken.survey,
    survey.year,
    survey.geography,
    broken.province,
    broken.channel,
    broken.reason,
    count(*) AS n_forms,
    survey.synthetic
FROM broken
INNER JOIN survey ON broken.survey = survey.survey
GROUP BY ALL
