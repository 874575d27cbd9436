-- what:   the index of every item that is no satisfaction criterion: by option where the scale is nominal
-- grain:  survey, geography, geo_level, geo_code, channel, item, option (empty on an interval scale)
-- clause: Plan 1111/KH-BHXH, IV.2.1 and IV.2.3
WITH

answered AS (
    SELECT
        slice_item.*,
        survey.year,
        survey.synthetic,
        item.instrument,
        item.item_level,
        item.scale_points,
        slice_form.n_forms
    FROM slice_item
    INNER JOIN survey ON slice_item.survey = survey.survey
    INNER JOIN item
        ON
            survey.instrument = item.instrument
            AND slice_item.item = item.item
            AND item.item_level <> 'criterion'
    INNER JOIN slice_form
        ON
            slice_item.survey = slice_form.survey
            AND slice_item.geography = slice_form.geography
            AND slice_item.geo_level = slice_form.geo_level
            AND slice_item.geo_code = slice_form.geo_code
            AND slice_item.channel = slice_form.channel
),

interval_item AS (
    SELECT
        *,
        NULL::UTINYINT AS option,
        NULL::BIGINT AS n_chosen,
        interval_index_pct(n1, n2, n3, n4, n5, scale_points) AS index_pct
    FROM answered
    WHERE scale_points IS NOT NULL
),

nominal_item AS (
    SELECT
        answered.*,
        item_option.option,
        coalesce(slice_choice.n_chosen, 0) AS n_chosen,
        nominal_index_pct(coalesce(slice_choice.n_chosen, 0), answered.n_answers) AS index_pct
    FROM answered
    INNER JOIN item_option
        ON answered.instrument = item_option.instrument AND answered.item = item_option.item
    LEFT JOIN slice_choice
        ON
            answered.survey = slice_choice.survey
            AND answered.geography = slice_choice.geography
            AND answered.geo_level = slice_choice.geo_level
            AND answered.geo_code = slice_choice.geo_code
            AND answered.channel = slice_choice.channel
            AND answered.item = slice_choice.item
            AND item_option.option = slice_choice.option
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
    option,
    n_forms,
    n_answers,
    n_chosen,
    n1,
    n2,
    n3,
    n4,
    CASE WHEN scale_points = 5 THEN n5 END AS n5,
    index_pct * scale_points / 100 AS mean_score,
    index_pct,
    synthetic
FROM (
    SELECT * FROM interval_item
    UNION ALL BY NAME
    SELECT * FROM nominal_item
) AS item_index
