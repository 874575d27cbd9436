-- what:     no channel was surveyed in a year whose plan leaves it out
-- grain:    survey, channel, venue
-- clause:   Plan 1111/KH-BHXH, Appendix II
-- why:      years without a calendar are not judged; a venue left out counts only where forms name it
-- suite:    response_funnel
-- severity: warn
-- of:       form_count INNER JOIN survey ON form_count.survey = survey.survey INNER JOIN (SELECT DISTINCT instrument,
--           year FROM calendar) AS planned ON survey.instrument = planned.instrument AND survey.year = planned.year
-- vi:       Không khảo sát kênh, nơi giao dịch mà Phụ lục II không nêu cho năm đó
-- en:       No channel or venue was surveyed that Appendix II leaves out in that year
SELECT
    survey.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', form_count.channel, form_count.venue) || ': ' || sum(form_count.n_forms) || ' forms' AS key
FROM form_count
INNER JOIN survey ON form_count.survey = survey.survey
INNER JOIN calendar
    ON
        survey.instrument = calendar.instrument
        AND survey.year = calendar.year
        AND form_count.channel = calendar.channel
        AND (calendar.venue IS NULL OR form_count.venue = calendar.venue)
        AND calendar.surveyed = 'no'
GROUP BY survey.survey, form_count.channel, form_count.venue
