-- what:     venue, kind of respondent and field of policy have listed values
-- grain:    a row that breaks the rule
-- clause:   ours (delivery contract)
-- suite:    form
-- severity: warn
-- of:       form WHERE venue IS NOT NULL OR respondent_type IS NOT NULL OR policy_field IS NOT NULL
-- vi:       Nơi giao dịch, loại người trả lời và lĩnh vực chính sách thuộc danh mục
-- en:       Venue, kind of respondent and field of policy have listed values
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'venue = ' || form.venue AS key
FROM form
ANTI JOIN characteristic ON characteristic.characteristic = 'venue' AND form.venue = characteristic.value
WHERE form.venue IS NOT NULL
UNION ALL
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'respondent_type = ' || form.respondent_type AS key
FROM form
ANTI JOIN characteristic
    ON characteristic.characteristic = 'respondent_type' AND form.respondent_type = characteristic.value
WHERE form.respondent_type IS NOT NULL
UNION ALL
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'policy_field = ' || form.policy_field AS key
FROM form
ANTI JOIN characteristic ON characteristic.characteristic = 'policy_field' AND form.policy_field = characteristic.value
WHERE form.policy_field IS NOT NULL
