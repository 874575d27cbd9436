-- what:     no slice has more forms with one answer throughout than its own level explains
-- grain:    a form behind the sign; of: a slice that was judged
-- clause:   ours (credibility of the fieldwork)
-- suite:    fieldwork_credibility
-- severity: warn
-- of:       fieldwork_credibility WHERE indicator = 'straight_lining'
-- vi:       Tỷ lệ phiếu chọn một mức cho mọi tiêu chí không vượt mức giải thích được
-- en:       No slice has more forms with one answer throughout than its own level explains
SELECT
    survey,
    file,
    row,
    form_id,
    concat_ws(' ', province, office, channel, nullif(subject, '')) AS key
FROM credibility_form
WHERE indicator = 'straight_lining'
