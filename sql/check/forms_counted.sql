-- what:     a survey says how many valid forms it has, and its cells add up to them
-- grain:    survey
-- clause:   ours (delivery contract)
-- suite:    survey
-- severity: fail
-- of:       survey
-- vi:       Số phiếu hợp lệ ghi cho mỗi cuộc khảo sát đúng với số phiếu có trong kho
-- en:       A survey says how many valid forms it has, and its cells add up to them
WITH

held AS (
    SELECT survey, count(*) AS n_forms
    FROM form
    GROUP BY survey
),

cell AS (
    SELECT survey, sum(n_forms) AS n_forms
    FROM form_count
    GROUP BY survey
)

SELECT
    survey.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', 'n_forms', survey.n_forms, held.n_forms, cell.n_forms) AS key
FROM survey
LEFT JOIN held ON survey.survey = held.survey
LEFT JOIN cell ON survey.survey = cell.survey
WHERE
    survey.n_forms IS DISTINCT FROM coalesce(held.n_forms, 0)
    OR survey.n_forms IS DISTINCT FROM coalesce(cell.n_forms, 0)
