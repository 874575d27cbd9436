-- what:   the indices of needs and expectations (nhu cầu, mong đợi)
-- grain:  survey, geography, geo_level, geo_code, channel, item, option (empty on an interval scale)
-- clause: Plan 1111/KH-BHXH, IV.2.3
SELECT * EXCLUDE (item_level) FROM answer_index
WHERE item_level = 'expectation'
