-- what:   the mean score of an office beside that of its peers, and of a mode of interview beside the other modes
-- grain:  survey, province, office, channel, indicator, subject (the mode; empty for an office)
-- clause: ours (credibility of the fieldwork)
-- why:    the peers of an office are the other offices of its province where there are three or more in all, else
--         those
--         of the whole survey; the peers of a mode are the other modes in the same province. Fewer than
--         `check_min_forms` forms of peers say nothing
WITH

scored AS (
    SELECT
        survey,
        province,
        office,
        channel,
        'outlying_office' AS indicator,
        '' AS subject,
        count(*) AS n_forms,
        sum(mean_pct) AS total,
        sum(mean_pct * mean_pct) AS squares
    FROM form_pattern
    WHERE office <> ''
    GROUP BY ALL
    UNION ALL
    SELECT
        survey,
        province,
        '' AS office,
        channel,
        'outlying_mode' AS indicator,
        mode AS subject,
        count(*) AS n_forms,
        sum(mean_pct) AS total,
        sum(mean_pct * mean_pct) AS squares
    FROM form_pattern
    WHERE mode IS NOT NULL
    GROUP BY ALL
),

pooled AS (
    SELECT
        *,
        indicator = 'outlying_mode' OR count(*) OVER near >= 3 AS has_near,
        sum(n_forms) OVER near - n_forms AS near_forms,
        sum(total) OVER near - total AS near_total,
        sum(squares) OVER near - squares AS near_squares,
        sum(n_forms) OVER everywhere - n_forms AS all_forms,
        sum(total) OVER everywhere - total AS all_total,
        sum(squares) OVER everywhere - squares AS all_squares
    FROM scored
    WINDOW
        near AS (PARTITION BY survey, province, channel, indicator),
        everywhere AS (PARTITION BY survey, channel, indicator)
),

compared AS (
    SELECT
        *,
        CASE WHEN has_near THEN near_forms ELSE all_forms END AS peer_forms,
        CASE WHEN has_near THEN near_total ELSE all_total END AS peer_total,
        CASE WHEN has_near THEN near_squares ELSE all_squares END AS peer_squares
    FROM pooled
)

SELECT
    compared.survey,
    compared.province,
    compared.office,
    compared.channel,
    compared.indicator,
    compared.subject,
    compared.n_forms,
    compared.total / compared.n_forms AS observed_pct,
    compared.peer_total / compared.peer_forms AS peers_pct,
    sqrt(
        greatest(compared.squares - compared.total * compared.total / compared.n_forms, 0)
        / (compared.n_forms * compared.n_forms)
        + greatest(compared.peer_squares - compared.peer_total * compared.peer_total / compared.peer_forms, 0)
        / (compared.peer_forms * compared.peer_forms)
    ) AS error_pct
FROM compared
CROSS JOIN settings
WHERE compared.peer_forms >= settings.check_min_forms
