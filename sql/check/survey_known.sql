-- what:     a form belongs to a survey that was declared
-- grain:    a row that breaks the rule
-- clause:   ours (delivery contract)
-- suite:    form
-- severity: fail
-- of:       form
-- vi:       Phiếu thuộc một cuộc khảo sát đã khai báo
-- en:       A form belongs to a survey that was declared
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'survey = ' || form.survey AS key
FROM form
ANTI JOIN survey ON form.survey = survey.survey
