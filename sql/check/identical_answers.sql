-- what:     no slice has more forms with wholly identical answers than chance explains
-- grain:    a form behind the sign; of: a slice that was judged
-- clause:   ours (credibility of the fieldwork)
-- suite:    fieldwork_credibility
-- severity: warn
-- of:       fieldwork_credibility WHERE indicator = 'identical_answers'
-- vi:       Không có nhiều phiếu trả lời giống hệt nhau trong cùng một đơn vị
-- en:       No slice has more forms with wholly identical answers than chance explains
SELECT
    survey,
    file,
    row,
    form_id,
    concat_ws(' ', province, office, channel, nullif(subject, '')) AS key
FROM credibility_form
WHERE indicator = 'identical_answers'
