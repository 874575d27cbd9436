-- what:   forms whose every answer is that of another form of the same slice, against the share that chance predicts
-- grain:  survey, province, office, channel
-- clause: ours (credibility of the fieldwork)
-- why:    a pattern that is common elsewhere in the survey (nine fives and a four) meets itself by chance, one that
--         occurs nowhere else does not; forms with one score throughout are judged by other indicators
WITH

repeated AS (
    SELECT survey, channel, answers, count(*) AS n_everywhere
    FROM form_pattern
    WHERE lowest < highest
    GROUP BY ALL
    HAVING count(*) > 1
),

twin AS (
    SELECT
        form_pattern.survey,
        form_pattern.province,
        form_pattern.office,
        form_pattern.channel,
        form_pattern.answers,
        repeated.n_everywhere,
        count(*) AS n_here
    FROM form_pattern
    INNER JOIN repeated
        ON
            form_pattern.survey = repeated.survey
            AND form_pattern.channel = repeated.channel
            AND form_pattern.answers = repeated.answers
    WHERE form_pattern.lowest < form_pattern.highest
    GROUP BY ALL
),

slice AS (
    SELECT
        survey,
        province,
        office,
        channel,
        count(*) AS n_forms,
        sum(count(*)) OVER (PARTITION BY survey, channel) AS n_channel
    FROM form_pattern
    GROUP BY survey, province, office, channel
)

SELECT
    slice.survey,
    slice.province,
    slice.office,
    slice.channel,
    slice.n_forms,
    coalesce(sum(twin.n_here) FILTER (twin.n_here > 1), 0)::BIGINT AS n_flagged,
    coalesce(
        sum(
            twin.n_here * (
                1 - pow(
                    1 - (twin.n_everywhere - twin.n_here) / (slice.n_channel - slice.n_forms),
                    slice.n_forms - 1
                )
            )
        ) / slice.n_forms,
        0
    ) AS expected
FROM slice
LEFT JOIN twin
    ON
        slice.survey = twin.survey
        AND slice.province = twin.province
        AND slice.office = twin.office
        AND slice.channel = twin.channel
GROUP BY slice.survey, slice.province, slice.office, slice.channel, slice.n_forms, slice.n_channel
