-- what:     a form names its survey, itself and its channel, and at a local channel its province
-- grain:    a row that breaks the rule
-- clause:   ours (delivery contract)
-- suite:    form
-- severity: fail
-- of:       form
-- vi:       Phiếu có đủ thông tin bắt buộc: cuộc khảo sát, mã phiếu, kênh và (với kênh tại địa phương) tỉnh, thành
--           phố
-- en:       A form has its required fields: survey, id, channel and, at a local channel, province
SELECT
    form.survey,
    form.file,
    form.row,
    form.form_id,
    concat_ws(
        ', ',
        CASE WHEN coalesce(form.survey, '') = '' THEN 'survey' END,
        CASE WHEN coalesce(trim(form.form_id), '') = '' THEN 'form_id' END,
        CASE WHEN coalesce(form.channel, '') = '' THEN 'channel' END,
        CASE
            WHEN form.province IS NULL OR (form.province IN ('', 'none') AND coalesce(form_channel.is_local, true))
                THEN 'province'
        END
    ) AS key
FROM form
LEFT JOIN survey ON form.survey = survey.survey
LEFT JOIN form_channel ON survey.instrument = form_channel.instrument AND form.channel = form_channel.channel
WHERE
    coalesce(form.survey, '') = ''
    OR coalesce(trim(form.form_id), '') = ''
    OR coalesce(form.channel, '') = ''
    OR form.province IS NULL
    OR (form.province IN ('', 'none') AND coalesce(form_channel.is_local, true))
