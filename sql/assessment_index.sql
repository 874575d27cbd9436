-- what:   the indices of people's own assessments (nhận định): nominal items by option, the others on their scale
-- grain:  survey, geography, geo_level, geo_code, channel, item, option (empty on an interval scale)
-- clause: Plan 1111/KH-BHXH, IV.2.1
SELECT * EXCLUDE (item_level) FROM answer_index
WHERE item_level = 'assessment'
