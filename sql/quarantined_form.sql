-- what:   every quarantined form: where it stands in its delivery and every reason
-- grain:  survey, delivery, file, row
-- clause: ours (rules of the delivery contract)
SELECT
    quarantine.survey,
    survey.year,
    quarantine.delivery,
    quarantine.file,
    quarantine.row,
    quarantine.form_id,
    quarantine.province,
    quarantine.channel,
    array_to_string(quarantine.reasons, '; ') AS reasons,
    survey.synthetic
FROM quarantine
INNER JOIN survey ON quarantine.survey = survey.survey
