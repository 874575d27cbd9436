-- what:   how each form answers the satisfaction criteria: how many, how many at the highest point, the mean, the
--         extremes
-- grain:  position (rowid of the form); only forms with enough answers to show a pattern
-- clause: ours (credibility of the fieldwork)
-- why:    `criteria` names the columns of the criteria on the instrument's longest scale: points of one length
--         compare
WITH

scale AS (
    SELECT survey.survey, max(item.scale_points) AS points
    FROM survey
    INNER JOIN item ON survey.instrument = item.instrument AND item.item_level = 'criterion'
    GROUP BY survey.survey
),

answered AS (
    SELECT
        rowid AS position,
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        mode,
        [*columns(LAMBDA c: list_contains(getvariable('criteria'), c))] AS scores,
        hash(*columns('/')) AS answers
    FROM form
),

judged AS (
    SELECT answered.*, scale.points
    FROM answered
    INNER JOIN scale ON answered.survey = scale.survey
    CROSS JOIN settings
    WHERE list_count(answered.scores) >= settings.pattern_min_answers
)

SELECT
    position,
    survey,
    province,
    office,
    channel,
    mode,
    points,
    list_count(scores)::UTINYINT AS n_answered,
    len(list_filter(scores, LAMBDA score: score = points))::UTINYINT AS n_highest,
    len(list_filter(scores, LAMBDA score: score = points - 1))::UTINYINT AS n_second,
    list_min(scores) AS lowest,
    list_max(scores) AS highest,
    list_sum(scores) * 100 / (points * list_count(scores)) AS mean_pct,
    answers
FROM judged
