-- what:     a form was collected within the fieldwork of its survey
-- grain:    a row that breaks the rule
-- clause:   ours (delivery contract)
-- suite:    form
-- severity: warn
-- of:       form WHERE collected_on IS NOT NULL
-- vi:       Ngày thu phiếu nằm trong thời gian thực địa của cuộc khảo sát
-- en:       A form was collected within the fieldwork of its survey
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'collected_on = ' || form.collected_on AS key
FROM form
INNER JOIN survey ON form.survey = survey.survey
WHERE
    form.collected_on < survey.fieldwork_from
    OR form.collected_on > survey.fieldwork_to
