-- what:     the mode of interview is a listed one
-- grain:    a row that breaks the rule
-- clause:   ours (delivery contract)
-- suite:    form
-- severity: warn
-- of:       form WHERE mode IS NOT NULL
-- vi:       Hình thức phỏng vấn thuộc danh mục
-- en:       The mode of interview is a listed one
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'mode = ' || form.mode AS key
FROM form
ANTI JOIN characteristic ON characteristic.characteristic = 'mode' AND form.mode = characteristic.value
WHERE form.mode IS NOT NULL
