-- what:   which two surveys can be compared with each other, on what, and what speaks against it
-- grain:  survey, other_survey (the earlier one), geography
-- clause: ours; Plan 1111/KH-BHXH, Appendix II (other channels each year), VI.1.1 (thematic surveys)
-- why:    published indices are comparable only if both surveys asked the same criteria at the same channels and
--         venues; otherwise only what both measured is
WITH

asked_where AS (
    SELECT DISTINCT survey, geography, item, channel, venue FROM cell_item
),

measured AS (
    SELECT
        survey,
        geography,
        list_sort(list(DISTINCT item)) AS items,
        list_sort(list(DISTINCT channel || '/' || venue)) AS channels
    FROM asked_where
    GROUP BY ALL
),

interviewed AS (
    SELECT survey, list_sort(list(DISTINCT mode)) AS modes
    FROM form
    WHERE mode IS NOT NULL
    GROUP BY ALL
),

pair AS (
    SELECT
        later.survey,
        later.year,
        earlier.survey AS other_survey,
        earlier.year AS other_year,
        now.geography,
        later.instrument <> earlier.instrument AS other_instrument,
        later.geography <> earlier.geography AS other_geography,
        now.channels <> before.channels AS other_channels,
        now.items <> before.items AS other_criteria,
        coalesce(interviewed.modes, []) <> coalesce(other_modes.modes, []) AS other_mode,
        len(list_intersect(now.items, before.items)) AS n_criteria_common,
        array_to_string(list_sort(list_intersect(now.channels, before.channels)), ' ') AS channels_common,
        later.synthetic OR earlier.synthetic AS synthetic
    FROM survey AS later
    INNER JOIN survey AS earlier ON later.year > earlier.year
    INNER JOIN measured AS now ON later.survey = now.survey
    INNER JOIN measured AS before ON earlier.survey = before.survey AND now.geography = before.geography
    LEFT JOIN interviewed ON later.survey = interviewed.survey
    LEFT JOIN interviewed AS other_modes ON earlier.survey = other_modes.survey
)

SELECT
    survey,
    year,
    other_survey,
    other_year,
    geography,
    CASE
        WHEN other_instrument OR n_criteria_common = 0 OR channels_common = '' THEN 'not_comparable'
        WHEN other_channels OR other_criteria THEN 'like_for_like_only'
        ELSE 'comparable'
    END AS is_comparable,
    concat_ws(
        ' ',
        CASE WHEN other_instrument THEN 'instrument' END,
        CASE WHEN other_criteria THEN 'criteria' END,
        CASE WHEN other_channels THEN 'channels' END,
        CASE WHEN other_mode THEN 'mode' END,
        CASE WHEN other_geography THEN 'geography' END
    ) AS reasons_against,
    CASE WHEN other_instrument THEN 0 ELSE n_criteria_common END AS n_criteria_common,
    channels_common,
    synthetic
FROM pair
