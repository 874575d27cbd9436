-- what:     an answer stands on the scale of its item: 1 to its highest point or last option
-- grain:    a row that breaks the rule
-- clause:   Plan 1111/KH-BHXH, IV.2
-- why:      the ranges are looked at for every item at once; forms are searched only where a range is broken
-- suite:    item_count
-- severity: fail
-- of:       answer_range
-- vi:       Mọi câu trả lời nằm trong thang đo của tiêu chí
-- en:       An answer stands on the scale of its item
WITH

cell AS (
    SELECT survey, channel, form_column, item, points
    FROM answer_range
    WHERE lowest < 1 OR highest > points
),

answer AS (
    SELECT survey, file, row, form_id, channel, form_column, score::VARCHAR AS given, [score] AS scores
    FROM (
        SELECT form.survey, form.file, form.row, form.form_id, form.channel, columns('/[^\[]+(\[1\])?$')
        FROM form
        SEMI JOIN cell ON form.survey = cell.survey AND form.channel = cell.channel
    ) AS one_answer
    UNPIVOT (score FOR form_column IN (columns('/')))
    UNION ALL
    SELECT survey, file, row, form_id, channel, form_column, scores::VARCHAR AS given, scores
    FROM (
        SELECT form.survey, form.file, form.row, form.form_id, form.channel, columns('\[\]$')
        FROM form
        SEMI JOIN cell ON form.survey = cell.survey AND form.channel = cell.channel
    ) AS several_answers
    UNPIVOT (scores FOR form_column IN (columns('/')))
)

SELECT
    answer.survey,
    answer.file,
    answer.row,
    answer.form_id,
    cell.item || ' = ' || answer.given AS key
FROM answer
INNER JOIN cell
    ON
        answer.survey = cell.survey
        AND answer.channel = cell.channel
        AND answer.form_column = cell.form_column
WHERE list_min(answer.scores) < 1 OR list_max(answer.scores) > cell.points
