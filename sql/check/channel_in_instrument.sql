-- what:     a channel is one that the instrument knows
-- grain:    a row that breaks the rule
-- clause:   Plan 1111/KH-BHXH, Appendix I, 2.2
-- suite:    form
-- severity: fail
-- of:       form
-- vi:       Kênh khảo sát thuộc danh mục kênh của bộ phiếu
-- en:       A channel is one that the instrument knows
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    'channel = ' || form.channel AS key
FROM form
INNER JOIN survey ON form.survey = survey.survey
ANTI JOIN form_channel ON survey.instrument = form_channel.instrument AND form.channel = form_channel.channel
WHERE form.channel <> ''
