-- what:     no office scores far from its peers
-- grain:    a form behind the sign; of: a slice that was judged
-- clause:   ours (credibility of the fieldwork)
-- suite:    fieldwork_credibility
-- severity: warn
-- of:       fieldwork_credibility WHERE indicator = 'outlying_office'
-- vi:       Không đơn vị nào có điểm cách xa các đơn vị tương đương
-- en:       No office scores far from its peers
SELECT
    survey,
    file,
    row,
    form_id,
    concat_ws(' ', province, office, channel, nullif(subject, '')) AS key
FROM credibility_form
WHERE indicator = 'outlying_office'
