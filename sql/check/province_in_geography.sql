-- what:     a province is one of the list that the survey declares
-- grain:    a row that breaks the rule
-- clause:   Resolution 202/2025/QH15 (34 provinces)
-- suite:    form
-- severity: fail
-- of:       form WHERE province <> 'none'
-- vi:       Mã tỉnh, thành phố thuộc danh mục mà cuộc khảo sát khai báo
-- en:       A province is one of the list that the survey declares
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'province = ' || form.province AS key
FROM form
INNER JOIN survey ON form.survey = survey.survey
ANTI JOIN province ON survey.geography = province.geography AND form.province = province.province_code
WHERE form.province NOT IN ('none', '')
