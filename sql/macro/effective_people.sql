-- what:   the number of people whose yes-or-no answers would give an index its standard error
-- clause: ours; Korn and Graubard, Survey Methodology 24 (1998)
-- why:    the index is a share of the way from the lowest value of its scale to 100. Where all answers agree the
--         standard error is nought and says nothing: the people themselves count then
-- assert: effective_people(60, 20, 4, 0) = 100
-- assert: effective_people(100, 20, 0, 30) = 30
CREATE MACRO effective_people(index_pct, lowest_pct, se_pct, n_people) AS
CASE
    WHEN se_pct > 1e-9 THEN (index_pct - lowest_pct) * (100 - index_pct) / (se_pct * se_pct)
    ELSE n_people::DOUBLE
END;
