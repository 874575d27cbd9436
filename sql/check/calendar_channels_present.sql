-- what:     every channel that the plan surveys in the year has forms
-- grain:    survey, channel
-- clause:   Plan 1111/KH-BHXH, Appendix II
-- why:      a survey of one channel is legitimate: it warns
-- suite:    response_funnel
-- severity: warn
-- of:       survey INNER JOIN calendar ON survey.instrument = calendar.instrument AND survey.year = calendar.year AND
--           calendar.surveyed = 'yes'
-- vi:       Mọi kênh mà Phụ lục II nêu cho năm đó đều có phiếu
-- en:       Every channel that Appendix II names for the year has forms
SELECT DISTINCT
    survey.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    calendar.channel AS key
FROM survey
INNER JOIN calendar
    ON
        survey.instrument = calendar.instrument
        AND survey.year = calendar.year
        AND calendar.surveyed = 'yes'
ANTI JOIN form_count ON survey.survey = form_count.survey AND calendar.channel = form_count.channel
