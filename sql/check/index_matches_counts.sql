-- what:     a criterion index is that of the people counted at each point of its scale
-- grain:    survey, geography, geo_level, geo_code, channel, item
-- clause:   Plan 1111/KH-BHXH, IV.2.2
-- suite:    satisfaction_index
-- severity: fail
-- of:       satisfaction_index WHERE item_level = 'criterion'
-- vi:       Chỉ số tiêu chí đúng với số người ở từng mức của thang đo
-- en:       A criterion index is that of the people counted at each point of its scale
SELECT
    satisfaction_index.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(
        ' ',
        satisfaction_index.geography,
        satisfaction_index.geo_code,
        satisfaction_index.channel,
        satisfaction_index.item
    ) AS key
FROM satisfaction_index
INNER JOIN survey ON satisfaction_index.survey = survey.survey
LEFT JOIN item
    ON
        survey.instrument = item.instrument
        AND satisfaction_index.item_level = item.item_level
        AND satisfaction_index.item = item.item
LEFT JOIN slice_item
    ON
        satisfaction_index.survey = slice_item.survey
        AND satisfaction_index.geography = slice_item.geography
        AND satisfaction_index.geo_level = slice_item.geo_level
        AND satisfaction_index.geo_code = slice_item.geo_code
        AND satisfaction_index.channel = slice_item.channel
        AND satisfaction_index.item = slice_item.item
WHERE
    satisfaction_index.item_level = 'criterion'
    AND coalesce(
        satisfaction_index.n_answers <> slice_item.n_answers
        OR satisfaction_index.n1 <> slice_item.n1
        OR satisfaction_index.n2 <> slice_item.n2
        OR satisfaction_index.n3 <> slice_item.n3
        OR satisfaction_index.n4 <> slice_item.n4
        OR coalesce(satisfaction_index.n5, 0) <> slice_item.n5
        OR abs(
            satisfaction_index.index_pct
            - (slice_item.n1 + 2 * slice_item.n2 + 3 * slice_item.n3 + 4 * slice_item.n4 + 5 * slice_item.n5)
            * 100 / (item.scale_points * slice_item.n_answers)
        ) > 1e-9,
        true
    )
