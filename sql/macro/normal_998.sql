-- what:   how many standard errors an interval of 99.8 % reaches to each side; one province in 500 lies beyond it
-- clause: the normal distribution
-- assert: round(normal_998(), 2) = 3.09
CREATE MACRO normal_998() AS 3.090232306167813::DOUBLE;
