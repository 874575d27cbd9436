-- what:   share of the people who answered "satisfied" or "very satisfied" on a scale of five points; 0-100
-- clause: ours, shown beside the index; the levels are those of Plan 1111/KH-BHXH, IV.2.2
-- assert: satisfied_pct(1, 1, 1, 1, 1) = 40
-- assert: satisfied_pct(0, 0, 0, 7, 0) = 100
-- assert: satisfied_pct(0, 0, 0, 0, 0) IS NULL
CREATE MACRO satisfied_pct(n1, n2, n3, n4, n5) AS
(n4 + n5) * 100.0::DOUBLE / nullif(n1 + n2 + n3 + n4 + n5, 0);
