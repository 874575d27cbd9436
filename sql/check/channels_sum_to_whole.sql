-- what:     the answers of the channels add up to those of all channels, in every place
-- grain:    one row
-- clause:   Plan 1111/KH-BHXH, IV.2 (number of people)
-- severity: fail
WITH

judged AS (
    SELECT
        slice_item.survey || ' ' || slice_item.geo_code || ' ' || slice_item.item AS named,
        coalesce(
            sum(CASE WHEN form_channel.channel IS NOT NULL THEN slice_item.n_answers END)
            <> max(CASE WHEN slice_item.channel = 'all' THEN slice_item.n_answers END),
            true
        ) AS is_unequal
    FROM slice_item
    INNER JOIN survey ON slice_item.survey = survey.survey
    LEFT JOIN form_channel
        ON survey.instrument = form_channel.instrument AND slice_item.channel = form_channel.channel
    GROUP BY
        slice_item.survey, slice_item.geography, slice_item.geo_level, slice_item.geo_code, slice_item.item
)

SELECT
    count(*) AS n_rows,
    count_if(is_unequal) AS n_failed,
    string_agg(named, ', ') FILTER (is_unequal) AS detail
FROM judged
