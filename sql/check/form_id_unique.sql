-- what:     a form counts once in its survey
-- grain:    one row
-- clause:   ours (delivery contract)
-- severity: fail
WITH

counted AS (
    SELECT survey, form_id, count(*) AS n
    FROM form
    GROUP BY ALL
)

SELECT
    count(*) AS n_rows,
    count_if(n > 1) AS n_failed,
    string_agg(form_id, ', ' ORDER BY form_id) FILTER (n > 1) AS detail
FROM counted
