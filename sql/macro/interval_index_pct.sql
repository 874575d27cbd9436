-- what:   index of an item on an interval scale with `points` points, from the number of people at each point; 0-100
-- clause: Plan 1111/KH-BHXH, IV.2.1 and IV.2.3 (points = 4), IV.2.2 (points = 5)
-- assert: interval_index_pct(0, 0, 0, 10, 0, 5) = 80
-- assert: interval_index_pct(1, 1, 1, 1, 1, 5) = (1 + 2 + 3 + 4 + 5) * 100 / (5 * 5)
-- assert: interval_index_pct(3, 0, 0, 0, 0, 5) = 20
-- assert: interval_index_pct(2, 0, 0, 0, 0, 4) = 25
-- assert: interval_index_pct(0, 0, 0, 1, 0, 4) = 100
-- assert: interval_index_pct(0, 0, 0, 0, 0, 5) IS NULL
CREATE MACRO interval_index_pct(n1, n2, n3, n4, n5, points) AS
(1 * n1 + 2 * n2 + 3 * n3 + 4 * n4 + 5 * n5) * 100.0::DOUBLE / nullif(points * (n1 + n2 + n3 + n4 + n5), 0);
