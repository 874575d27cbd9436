-- what:     no office handed in far more forms on one day than its share of the survey's days
-- grain:    a form behind the sign; of: a slice that was judged
-- clause:   ours (credibility of the fieldwork)
-- suite:    fieldwork_credibility
-- severity: warn
-- of:       fieldwork_credibility WHERE indicator = 'burst'
-- vi:       Không đơn vị nào nộp quá nhiều phiếu trong một ngày
-- en:       No office handed in far more forms on one day than its share of the survey's days
SELECT
    survey,
    file,
    row,
    form_id,
    concat_ws(' ', province, office, channel, nullif(subject, '')) AS key
FROM credibility_form
WHERE indicator = 'burst'
