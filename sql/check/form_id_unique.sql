-- what:     a form counts once in its survey
-- grain:    a row that breaks the rule
-- clause:   ours (delivery contract)
-- suite:    form
-- severity: fail
-- of:       form
-- vi:       Mỗi phiếu chỉ được tính một lần trong một cuộc khảo sát
-- en:       A form counts once in its survey
WITH

repeated AS (
    SELECT survey, form_id
    FROM form
    GROUP BY survey, form_id
    HAVING count(*) > 1
)

SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'repeated' AS key
FROM form
INNER JOIN repeated ON form.survey = repeated.survey AND form.form_id = repeated.form_id
