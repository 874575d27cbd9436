-- what:   a value as it is printed: two decimals, half up, on decimals; ranks are of this value
-- clause: ours (rounding of printed figures)
-- why:    89.505 is 89.50499999999999 in binary; nine decimals are far finer than one answer in a nation
-- assert: display_pct(89.505) = 89.51
-- assert: display_pct(89.50499) = 89.50
-- assert: display_pct(100.0 / 3) = 33.33
CREATE MACRO display_pct(pct) AS
round(round(pct, 9)::DECIMAL(18, 9), 2)::DECIMAL(18, 2);
