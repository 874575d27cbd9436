-- what:   sums of the sampling weights of those who answered each criterion, and of weight times points
-- grain:  survey, province, office, channel, venue, item, in the survey's own geography; none where nobody has a weight
-- clause: ours; the official indices count people (Plan 1111/KH-BHXH, IV.2.2)
WITH

cell AS (
    SELECT
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        coalesce(venue, '') AS venue,
        {
            'sum_weight': sum(CASE WHEN columns('/[^\[]+$') IS NOT NULL THEN weight END),
            'sum_points': sum(weight * columns('/[^\[]+$'))
        }
    FROM form
    WHERE weight IS NOT NULL
    GROUP BY ALL
)

SELECT
    survey,
    province,
    office,
    channel,
    venue,
    split_part(form_column, '/', 2) AS item,
    answers.sum_weight,
    answers.sum_points
FROM cell
UNPIVOT (answers FOR form_column IN (columns('/')))
WHERE answers.sum_weight > 0
