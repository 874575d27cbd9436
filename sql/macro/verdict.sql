-- what:   whether a target is met, not met, or undetermined at this sample size
-- clause: ours. Each verdict stands by itself: it is wrong in at most 2.5 % of samples (one side of a 95 % interval).
--         That every one of several cells is met needs no further correction (intersection-union test)
-- assert: verdict(90.1, 91, 90) = 'met'
-- assert: verdict(89, 89.9, 90) = 'not_met'
-- assert: verdict(89, 91, 90) = 'undetermined'
-- assert: verdict(NULL, NULL, 90) IS NULL
CREATE MACRO verdict(ci_low_pct, ci_high_pct, target_pct) AS
CASE
    WHEN ci_low_pct >= target_pct THEN 'met'
    WHEN ci_high_pct < target_pct THEN 'not_met'
    WHEN ci_low_pct < target_pct AND ci_high_pct >= target_pct THEN 'undetermined'
END;
