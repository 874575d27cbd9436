-- what:   how many forms of each channel answered each item, and the lowest and highest answer: one pass over the forms
-- grain:  survey, channel, item
-- clause: Plan 1111/KH-BHXH, IV.2 (scales) and Appendix I (who is asked)
WITH

given AS (
    SELECT
        survey,
        channel,
        {
            'n_answers': count(columns('/[^\[]+(\[1\])?$')),
            'lowest': min(columns('/[^\[]+(\[1\])?$')),
            'highest': max(columns('/[^\[]+(\[1\])?$'))
        }
    FROM form
    GROUP BY ALL
),

several AS (
    SELECT
        survey,
        channel,
        {
            'n_answers': count(columns('\[\]$')),
            'lowest': min(list_min(columns('\[\]$'))),
            'highest': max(list_max(columns('\[\]$')))
        }
    FROM form
    GROUP BY ALL
),

answered AS (
    SELECT survey, channel, form_column, unnest(answers)
    FROM given
    UNPIVOT (answers FOR form_column IN (columns('/')))
    UNION ALL
    SELECT survey, channel, form_column, unnest(answers)
    FROM several
    UNPIVOT (answers FOR form_column IN (columns('/')))
),

bounded AS (
    SELECT
        item.instrument,
        item.item,
        coalesce(item.scale_points, max(item_option.option)) AS points
    FROM item
    LEFT JOIN item_option ON item.instrument = item_option.instrument AND item.item = item_option.item
    WHERE item.scale IS NOT NULL
    GROUP BY item.instrument, item.item, item.scale_points
)

SELECT
    answered.survey,
    answered.channel,
    answered.form_column,
    bounded.item,
    answered.n_answers,
    answered.lowest,
    answered.highest,
    bounded.points,
    asked.item IS NOT NULL AS is_asked
FROM answered
INNER JOIN bounded
    ON
        split_part(answered.form_column, '/', 1) = bounded.instrument
        AND regexp_extract(answered.form_column, '/([^\[]+)', 1) = bounded.item
LEFT JOIN asked
    ON
        bounded.instrument = asked.instrument
        AND bounded.item = asked.item
        AND answered.channel = asked.channel
WHERE answered.n_answers > 0
