-- what:     every province of the survey's list has forms
-- grain:    survey, province
-- clause:   Plan 1111/KH-BHXH, II.2
-- why:      a survey of a few provinces is legitimate: it warns
-- suite:    response_funnel
-- severity: warn
-- of:       survey INNER JOIN province ON survey.geography = province.geography
-- vi:       Mọi tỉnh, thành phố trong danh mục đều có phiếu
-- en:       Every province of the survey's list has forms
SELECT
    survey.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    province.province_code || ' ' || province.label_vi AS key
FROM survey
INNER JOIN province ON survey.geography = province.geography
ANTI JOIN response_funnel
    ON
        survey.survey = response_funnel.survey
        AND province.province_code = response_funnel.province
        AND response_funnel.valid > 0
