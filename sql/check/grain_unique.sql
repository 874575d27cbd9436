-- what:     no two index rows describe the same slice and item, and no key is empty
-- grain:    survey, geography, geo_level, geo_code, channel, item_level, item
-- clause:   ours (published grain)
-- suite:    satisfaction_index
-- severity: fail
-- of:       satisfaction_index
-- vi:       Mỗi chỉ số chỉ có một dòng cho một phạm vi và một tiêu chí, không dòng nào thiếu khóa
-- en:       No two index rows describe the same slice and item, and no key is empty
SELECT
    survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(' ', geography, geo_level, geo_code, channel, item_level, item) AS key
FROM satisfaction_index
GROUP BY survey, geography, geo_level, geo_code, channel, item_level, item
HAVING
    count(*) > 1
    OR count(survey || geography || geo_level || geo_code || channel || item_level || item) = 0
