-- what:   how many standard errors an interval of 95 % reaches to each side
-- clause: the normal distribution
-- assert: round(normal_95(), 2) = 1.96
CREATE MACRO normal_95() AS 1.959963984540054::DOUBLE;
