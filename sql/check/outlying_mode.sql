-- what:     no mode of interview scores far from the other modes in its province
-- grain:    a form behind the sign; of: a slice that was judged
-- clause:   ours (credibility of the fieldwork)
-- suite:    fieldwork_credibility
-- severity: warn
-- of:       fieldwork_credibility WHERE indicator = 'outlying_mode'
-- vi:       Không hình thức phỏng vấn nào có điểm cách xa các hình thức khác trong cùng tỉnh
-- en:       No mode of interview scores far from the other modes in its province
SELECT
    survey,
    file,
    row,
    form_id,
    concat_ws(' ', province, office, channel, nullif(subject, '')) AS key
FROM credibility_form
WHERE indicator = 'outlying_mode'
