-- what:   chance that a person gives k answers at one point, where people's own chances of that point spread around
--         `share` like a beta distribution with the given correlation between two answers of one person; 0-1
-- clause: ours (credibility of the fieldwork): B(a + k, b) / B(a, b)
-- assert: abs(unanimity(0.3, 0.4, 1) - 0.3) < 1e-9
-- assert: abs(unanimity(0.5, 1.0 / 3, 2) - 1.0 / 3) < 1e-9
-- assert: unanimity(0.9, 0.4, 20) > unanimity(0.6, 0.4, 20)
CREATE MACRO unanimity(share, correlation, k) AS
exp(
    lgamma(share * (1 - correlation) / correlation + k)
    - lgamma(share * (1 - correlation) / correlation)
    - lgamma((1 - correlation) / correlation + k)
    + lgamma((1 - correlation) / correlation)
);
