-- what:   the mean score of an office beside that of its peers, and of a mode of interview beside the other modes
-- grain:  survey, province, office, channel, indicator, subject (the mode; empty for an office)
-- clause: ours (credibility of the fieldwork)
-- why:    the peers of an office are the other offices of its province where there are three or more in all, else
--         those
--         of the whole survey; the peers of a mode are the other modes in the same province
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
        stddev_pop(mean_pct) AS deviation
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
        stddev_pop(mean_pct) AS deviation
    FROM form_pattern
    WHERE mode IS NOT NULL
    GROUP BY ALL
),

pooled AS (
    SELECT
        *,
        count(*) OVER near AS n_near,
        sum(n_forms) OVER near AS near_forms,
        sum(total) OVER near AS near_total,
        sum(n_forms) OVER everywhere AS all_forms,
        sum(total) OVER everywhere AS all_total
    FROM scored
    WINDOW
        near AS (PARTITION BY survey, province, channel, indicator),
        everywhere AS (PARTITION BY survey, channel, indicator)
)

SELECT
    survey,
    province,
    office,
    channel,
    indicator,
    subject,
    n_forms,
    total / n_forms AS observed_pct,
    deviation / sqrt(n_forms) AS error_pct,
    CASE
        WHEN indicator = 'outlying_mode' OR n_near >= 3
            THEN (near_total - total) / nullif(near_forms - n_forms, 0)
        ELSE (all_total - total) / nullif(all_forms - n_forms, 0)
    END AS peers_pct
FROM pooled
