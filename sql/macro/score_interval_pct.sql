-- what:   one end of the interval of an index by the score method; 0-100. z is 1.96 for the upper end of a 95 %
--         interval and -1.96 for the lower
-- clause: ours; Wilson, Journal of the American Statistical Association 22 (1927)
-- why:    the index plus and minus two standard errors leaves the scale near 100
-- assert: score_interval_pct(100, 20, 30, 1.96) = 100
-- assert: round(score_interval_pct(100, 20, 30, -1.96), 4) = round(20 + 80 / (1 + 1.96 * 1.96 / 30), 4)
-- assert: round(score_interval_pct(60, 20, 10000, 1.96), 2) = 60.78
-- assert: score_interval_pct(99.9, 20, 50, 1.96) <= 100
-- assert: score_interval_pct(20, 20, 5, -1.96) = 20
CREATE MACRO score_interval_pct(index_pct, lowest_pct, n, z) AS
lowest_pct + (100 - lowest_pct) * greatest(0, least(1, (
    (index_pct - lowest_pct) / (100 - lowest_pct)
    + z * z / (2 * n)
    + z * sqrt(
        greatest((index_pct - lowest_pct) * (100 - index_pct), 0) / (100 - lowest_pct) / (100 - lowest_pct) / n
        + z * z / (4 * n * n)
    )
) / (1 + z * z / n)));
