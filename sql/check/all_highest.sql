-- what:     no slice has more forms of highest answers only than its own level explains
-- grain:    a form behind the sign; of: a slice that was judged
-- clause:   ours (credibility of the fieldwork)
-- suite:    fieldwork_credibility
-- severity: warn
-- of:       fieldwork_credibility WHERE indicator = 'all_highest'
-- vi:       Tỷ lệ phiếu cho toàn điểm cao nhất không vượt mức mà điểm chung của đơn vị giải thích được
-- en:       No slice has more forms of highest answers only than its own level explains
SELECT
    survey,
    file,
    row,
    form_id,
    concat_ws(' ', province, office, channel, nullif(subject, '')) AS key
FROM credibility_form
WHERE indicator = 'all_highest'
