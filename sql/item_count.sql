-- what:   number of people who answered each item, and at each point of an interval scale, in each cell of the design
-- grain:  survey, province, office, channel, venue, item, in the survey's own geography
-- clause: Plan 1111/KH-BHXH, IV.2 (a, b and c, d, e, g, h)
-- why:    counts add up over places, channels and people, so every index is computed from these.
--         A form holds an item in a column `instrument/item`; `[1]` after it marks one choice, `[]` several.
WITH

interval_cell AS (
    SELECT
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        coalesce(venue, '') AS venue,
        {
            'n1': count_if(columns('/[^\[]+$') = 1),
            'n2': count_if(columns('/[^\[]+$') = 2),
            'n3': count_if(columns('/[^\[]+$') = 3),
            'n4': count_if(columns('/[^\[]+$') = 4),
            'n5': count_if(columns('/[^\[]+$') = 5)
        }
    FROM form
    GROUP BY ALL
),

nominal_cell AS (
    SELECT
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        coalesce(venue, '') AS venue,
        count(columns('\[1?\]$'))
    FROM form
    GROUP BY ALL
)

SELECT
    survey,
    province,
    office,
    channel,
    venue,
    split_part(form_column, '/', 2) AS item,
    (answers.n1 + answers.n2 + answers.n3 + answers.n4 + answers.n5)::BIGINT AS n_answers,
    unnest(answers)
FROM interval_cell
UNPIVOT (answers FOR form_column IN (columns('/')))
WHERE answers.n1 + answers.n2 + answers.n3 + answers.n4 + answers.n5 > 0
UNION ALL
SELECT
    survey,
    province,
    office,
    channel,
    venue,
    regexp_extract(form_column, '/([^\[]+)', 1) AS item,
    n_answers,
    NULL AS n1,
    NULL AS n2,
    NULL AS n3,
    NULL AS n4,
    NULL AS n5
FROM nominal_cell
UNPIVOT (n_answers FOR form_column IN (columns('/')))
WHERE n_answers > 0
