-- what:   share of the people who answered a nominal question that chose one option; 0-100
-- clause: Plan 1111/KH-BHXH, IV.2.1: a / b x 100
-- assert: nominal_index_pct(1, 4) = 25
-- assert: nominal_index_pct(0, 4) = 0
-- assert: nominal_index_pct(0, 0) IS NULL
CREATE MACRO nominal_index_pct(n_chosen, n_answers) AS
n_chosen * 100.0::DOUBLE / nullif(n_answers, 0);
