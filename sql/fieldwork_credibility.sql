-- what:   signs that forms were not filled in by the people asked: observed, expected, and where it is called a sign
-- grain:  survey, province, office (empty where forms name none), channel, indicator, subject (mode, or busiest day)
-- clause: ours (credibility of the fieldwork); nothing is dropped for it
-- why:    shares are compared with what the slice's own level predicts; a difference counts when it exceeds both the
--         margin in the settings and `credibility_errors` standard errors
WITH

shared AS (
    SELECT survey, province, office, channel, indicator, n_forms, n_flagged, expected
    FROM pattern_credibility
    UNION ALL
    SELECT survey, province, office, channel, 'identical_answers' AS indicator, n_forms, n_flagged, expected
    FROM twin_credibility
),

share AS (
    SELECT
        shared.survey,
        shared.province,
        shared.office,
        shared.channel,
        shared.indicator,
        '' AS subject,
        shared.n_forms,
        shared.n_flagged,
        100 * shared.n_flagged / shared.n_forms AS observed_pct,
        100 * shared.expected AS expected_pct,
        least(
            100 * shared.expected
            + greatest(
                settings.pattern_margin_pct,
                settings.credibility_errors * 100 * sqrt(
                    greatest(shared.expected, 1 / shared.n_forms) * (1 - shared.expected) / shared.n_forms
                )
            ),
            100
        ) AS threshold_pct
    FROM shared
    CROSS JOIN settings
),

burst AS (
    SELECT
        survey,
        province,
        office,
        channel,
        'burst' AS indicator,
        max_by(collected_on, n_forms)::VARCHAR AS subject,
        any_value(n_office)::BIGINT AS n_forms,
        coalesce(sum(n_forms) FILTER (n_forms > n_allowed), 0)::BIGINT AS n_flagged,
        100 * max(n_forms) / any_value(n_office) AS observed_pct,
        100 * any_value(n_expected) / any_value(n_office) AS expected_pct,
        100 * any_value(n_allowed) / any_value(n_office) AS threshold_pct
    FROM burst_day
    GROUP BY survey, province, office, channel
),

distance AS (
    SELECT
        peer_credibility.survey,
        peer_credibility.province,
        peer_credibility.office,
        peer_credibility.channel,
        peer_credibility.indicator,
        peer_credibility.subject,
        peer_credibility.n_forms,
        peer_credibility.observed_pct,
        peer_credibility.peers_pct AS expected_pct,
        peer_credibility.peers_pct
        + sign(peer_credibility.observed_pct - peer_credibility.peers_pct)
        * greatest(settings.outlying_margin_pct, settings.credibility_errors * peer_credibility.error_pct)
            AS threshold_pct
    FROM peer_credibility
    CROSS JOIN settings
),

indicator AS (
    SELECT *, observed_pct > threshold_pct AS flagged FROM share
    UNION ALL BY NAME
    SELECT *, n_flagged > 0 AS flagged FROM burst
    UNION ALL BY NAME
    SELECT
        *,
        CASE WHEN flagged THEN n_forms ELSE 0 END AS n_flagged
    FROM (
        SELECT
            *,
            abs(observed_pct - expected_pct) > abs(threshold_pct - expected_pct) AS flagged
        FROM distance
    ) AS placed
)

SELECT
    indicator.survey,
    survey.year,
    survey.geography,
    indicator.province,
    indicator.office,
    indicator.channel,
    indicator.indicator,
    indicator.subject,
    indicator.n_forms,
    indicator.n_flagged,
    -- So that the last bit does not depend on the number of threads.
    round(indicator.observed_pct, 6) AS observed_pct,
    round(indicator.expected_pct, 6) AS expected_pct,
    round(indicator.threshold_pct, 6) AS threshold_pct,
    indicator.flagged,
    survey.synthetic
FROM indicator
INNER JOIN survey ON indicator.survey = survey.survey
CROSS JOIN settings
WHERE indicator.n_forms >= settings.check_min_forms
