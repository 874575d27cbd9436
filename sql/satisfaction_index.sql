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
        item.scale_points,
        100.0::DOUBLE / item.scale_points AS lowest_pct
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
        -- 20 or 25 each: exact in any order.
        avg(criterion.lowest_pct) AS lowest_pct,
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
        lowest_pct,
        CASE WHEN scale_points = 5 THEN satisfied_pct(n1, n2, n3, n4, n5) END AS satisfied_pct,
        1 AS n_criteria
    FROM criterion
    UNION ALL BY NAME
    SELECT * FROM level
),

measured AS (
    SELECT
        every_level.*,
        slice_form.n_forms,
        defined_criterion.n_criteria_defined,
        index_error.se_pct,
        index_error.se_srs_pct,
        effective_people(
            every_level.index_pct,
            every_level.lowest_pct,
            index_error.se_pct,
            CASE WHEN every_level.item_level = 'criterion' THEN every_level.n_answers ELSE slice_form.n_forms END
        ) AS n_effective
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
    LEFT JOIN index_error
        ON
            every_level.survey = index_error.survey
            AND every_level.geography = index_error.geography
            AND every_level.geo_level = index_error.geo_level
            AND every_level.geo_code = index_error.geo_code
            AND every_level.channel = index_error.channel
            AND every_level.item_level = index_error.item_level
            AND every_level.item = index_error.item
)

SELECT
    survey,
    year,
    geography,
    geo_level,
    geo_code,
    channel,
    item_level,
    item,
    n_forms,
    n_answers,
    n1,
    n2,
    n3,
    n4,
    n5,
    mean_score,
    index_pct,
    satisfied_pct,
    n_criteria,
    n_criteria_defined,
    se_pct,
    score_interval_pct(index_pct, lowest_pct, n_effective, -normal_95()) AS ci_low_pct,
    score_interval_pct(index_pct, lowest_pct, n_effective, normal_95()) AS ci_high_pct,
    (se_pct * se_pct) / nullif(se_srs_pct * se_srs_pct, 0) AS design_effect,
    synthetic
FROM measured
