-- what:     no province and channel returned more forms than were issued to it
-- grain:    one row
-- clause:   Decision 681/QĐ-BHXH, article 8
-- severity: warn
SELECT
    count(*) AS n_rows,
    count_if(missing < 0) AS n_failed,
    string_agg(CASE WHEN missing < 0 THEN survey || ' ' || province || ' ' || channel END, ', ') AS detail
FROM response_funnel
WHERE issued IS NOT NULL
