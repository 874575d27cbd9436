-- what:   probability that a standard normal variable lies farther from nought than z, on either side
-- clause: the normal distribution; Hart (1968) as given by West, Wilmott Magazine (2005), to about 1e-15
-- assert: round(normal_two_sided_p(1.959963984540054), 12) = 0.05
-- assert: normal_two_sided_p(0) = 1
-- assert: round(normal_two_sided_p(-3) * 1e6, 3) = 2699.796
-- assert: round(normal_two_sided_p(8) * 1e15, 6) = 1.244192
CREATE MACRO normal_two_sided_p(z) AS
2 * exp(-z * z / 2) * CASE
    WHEN abs(z) < 7.07106781186547
        THEN
            (
                0.0352624965998911 * abs(z) ** 6
                + 0.700383064443688 * abs(z) ** 5
                + 6.37396220353165 * abs(z) ** 4
                + 33.912866078383 * abs(z) ** 3
                + 112.079291497871 * abs(z) ** 2
                + 221.213596169931 * abs(z)
                + 220.206867912376
            ) / (
                0.0883883476483184 * abs(z) ** 7
                + 1.75566716318264 * abs(z) ** 6
                + 16.064177579207 * abs(z) ** 5
                + 86.7807322029461 * abs(z) ** 4
                + 296.564248779674 * abs(z) ** 3
                + 637.333633378831 * abs(z) ** 2
                + 793.826512519948 * abs(z)
                + 440.413735824752
            )
    ELSE
        1 / (abs(z) + 1 / (abs(z) + 2 / (abs(z) + 3 / (abs(z) + 4 / (abs(z) + 0.65))))) / 2.506628274631
END;
