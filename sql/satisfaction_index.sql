-- what:   the satisfaction indices: every criterion, and the mean of the criterion indices for every level above it
-- grain:  survey, geography, geo_level, geo_code, channel, item_level, item
-- clause: Plan 1111/KH-BHXH, IV.1.2 and IV.2.2
-- why:    a factor, content or overall index is the arithmetic mean of the criterion indices below it, never a mean
--         of factor means and never pooled answers; criteria that nobody in the slice answered are left out
WITH

criterion AS (
    SELECT
        slice_item.survey,
        survey.year,
        survey.instrument,
        survey.synthetic,
        slice_item.geography,
        slice_item.geo_level,
        slice_item.geo_code,
        slice_item.channel,
        slice_item.item AS criterion,
        slice_item.n_answers,
        slice_item.n1,
        slice_item.n2,
        slice_item.n3,
        slice_item.n4,
        CASE WHEN item.scale_points = 5 THEN slice_item.n5 END AS n5,
        interval_index_pct(
            slice_item.n1, slice_item.n2, slice_item.n3, slice_item.n4, slice_item.n5, item.scale_points
        ) AS index_pct,
        item.scale_points
    FROM slice_item
    INNER JOIN survey ON slice_item.survey = survey.survey
    INNER JOIN item
        ON
            survey.instrument = item.instrument
            AND slice_item.item = item.item
            AND item.item_level = 'criterion'
),

level AS (
    SELECT
        criterion.survey,
        criterion.year,
        criterion.instrument,
        criterion.synthetic,
        criterion.geography,
        criterion.geo_level,
        criterion.geo_code,
        criterion.channel,
        item_ancestor.item_level,
        item_ancestor.item,
        sum(criterion.n_answers)::BIGINT AS n_answers,
        -- In a fixed order, so that the last bit of a mean does not depend on the number of threads.
        avg(criterion.index_pct ORDER BY criterion.criterion) AS index_pct,
        count(*) AS n_criteria
    FROM criterion
    INNER JOIN item_ancestor
        ON
            criterion.instrument = item_ancestor.instrument
            AND criterion.criterion = item_ancestor.criterion
            AND item_ancestor.item_level <> 'criterion'
    GROUP BY ALL
),

every_level AS (
    SELECT
        survey,
        year,
        instrument,
        synthetic,
        geography,
        geo_level,
        geo_code,
        channel,
        'criterion' AS item_level,
        criterion AS item,
        n_answers,
        n1,
        n2,
        n3,
        n4,
        n5,
        index_pct * scale_points / 100 AS mean_score,
        index_pct,
        CASE WHEN scale_points = 5 THEN satisfied_pct(n1, n2, n3, n4, n5) END AS satisfied_pct,
        1 AS n_criteria
    FROM criterion
    UNION ALL BY NAME
    SELECT * FROM level
)

SELECT
    every_level.survey,
    every_level.year,
    every_level.geography,
    every_level.geo_level,
    every_level.geo_code,
    every_level.channel,
    every_level.item_level,
    every_level.item,
    slice_form.n_forms,
    every_level.n_answers,
    every_level.n1,
    every_level.n2,
    every_level.n3,
    every_level.n4,
    every_level.n5,
    every_level.mean_score,
    every_level.index_pct,
    every_level.satisfied_pct,
    every_level.n_criteria,
    defined_criterion.n_criteria_defined,
    every_level.synthetic
FROM every_level
INNER JOIN slice_form
    ON
        every_level.survey = slice_form.survey
        AND every_level.geography = slice_form.geography
        AND every_level.geo_level = slice_form.geo_level
        AND every_level.geo_code = slice_form.geo_code
        AND every_level.channel = slice_form.channel
INNER JOIN defined_criterion
    ON
        every_level.instrument = defined_criterion.instrument
        AND (every_level.geo_level = 'nation') = defined_criterion.is_nation
        AND every_level.channel = defined_criterion.channel
        AND every_level.item_level = defined_criterion.item_level
        AND every_level.item = defined_criterion.item
