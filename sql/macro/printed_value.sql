-- what:   a value as a document prints it: rounded half up to `decimals` (0, 1, else 2) decimals, on decimals
-- clause: ours (comparison with published figures)
-- why:    78.35 is 78.349999999999994 in binary; nine decimals are far finer than anything printed
-- assert: printed_value(78.35, 1) = 78.4
-- assert: printed_value(99.929, 1) = 99.9
-- assert: printed_value(89.495, 2) = 89.50
-- assert: printed_value(32.5, 0) = 33
-- assert: printed_value(NULL, 1) IS NULL
CREATE MACRO printed_value(value, decimals) AS
CASE decimals
    WHEN 0 THEN round(round(value, 9)::DECIMAL(18, 9), 0)::DOUBLE
    WHEN 1 THEN round(round(value, 9)::DECIMAL(18, 9), 1)::DOUBLE
    ELSE round(round(value, 9)::DECIMAL(18, 9), 2)::DOUBLE
END;
