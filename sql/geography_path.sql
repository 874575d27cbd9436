-- what:   each geography with itself and every later one, to which its surveys are carried
-- grain:  form_geography, geography
-- clause: ours
WITH RECURSIVE

carried AS (
    SELECT geography AS form_geography, geography, successor
    FROM geography
    UNION ALL
    SELECT earlier.form_geography, later.geography, later.successor
    FROM carried AS earlier
    INNER JOIN geography AS later ON earlier.successor = later.geography
)

SELECT form_geography, geography FROM carried
