-- what:     an item is answered only on forms of the channels that ask it
-- grain:    a row that breaks the rule
-- clause:   Plan 1111/KH-BHXH, Appendix I (who is asked)
-- why:      the channels are looked at for every item at once; forms are searched only where an answer was none's to
--           give
-- suite:    item_count
-- severity: fail
-- of:       answer_range
-- vi:       Tiêu chí chỉ được trả lời ở kênh có hỏi tiêu chí đó
-- en:       An item is answered only on forms of the channels that ask it
WITH

cell AS (
    SELECT survey, channel, form_column, item, points
    FROM answer_range
    WHERE NOT is_asked
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
