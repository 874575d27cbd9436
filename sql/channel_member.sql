-- what:   the channel slices that a form counts in, by the channel it was filled in at
-- grain:  instrument, form_channel, channel
-- clause: ours; service groups are those of Plan 1111/KH-BHXH, Appendix I, 2.2
SELECT instrument, channel AS form_channel, is_local, channel
FROM form_channel
UNION ALL
SELECT instrument, channel AS form_channel, is_local, service_group AS channel
FROM form_channel
WHERE service_group IS NOT NULL
UNION ALL
SELECT instrument, channel AS form_channel, is_local, 'local' AS channel
FROM form_channel
WHERE is_local
UNION ALL
SELECT instrument, channel AS form_channel, is_local, 'all' AS channel
FROM form_channel
