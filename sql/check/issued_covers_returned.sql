-- what:     no province and channel returned more forms than were issued to it
-- grain:    survey, province, channel
-- clause:   Decision 681/QĐ-BHXH, article 8
-- why:      a warning: no figure is wrong but the number issued, which may be delivered later than the forms
-- suite:    response_funnel
-- severity: warn
-- of:       response_funnel WHERE issued IS NOT NULL
-- vi:       Không tỉnh và kênh nào thu về nhiều phiếu hơn số đã phát
-- en:       No province and channel returned more forms than were issued to it
SELECT
    survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    province || ' ' || channel || ': ' || returned || ' > ' || issued AS key
FROM response_funnel
WHERE returned > issued
