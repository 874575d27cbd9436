-- what:     an index above criterion is the mean of the criterion indices below it, as many as it says
-- grain:    survey, geography, geo_level, geo_code, channel, item_level, item
-- clause:   Plan 1111/KH-BHXH, IV.1.2 and IV.2.2
-- suite:    satisfaction_index
-- severity: fail
-- of:       satisfaction_index WHERE item_level <> 'criterion'
-- vi:       Chỉ số trên cấp tiêu chí bằng trung bình cộng của các chỉ số tiêu chí bên dưới
-- en:       An index above criterion is the mean of the criterion indices below it, as many as it says
WITH

mean AS (
    SELECT
        satisfaction_index.survey,
        satisfaction_index.geography,
        satisfaction_index.geo_level,
        satisfaction_index.geo_code,
        satisfaction_index.channel,
        item_ancestor.item_level,
        item_ancestor.item,
        avg(satisfaction_index.index_pct) AS index_pct,
        count(*) AS n_criteria
    FROM satisfaction_index
    INNER JOIN survey ON satisfaction_index.survey = survey.survey
    INNER JOIN item_ancestor
        ON
            survey.instrument = item_ancestor.instrument
            AND satisfaction_index.item = item_ancestor.criterion
            AND item_ancestor.item_level <> 'criterion'
    WHERE satisfaction_index.item_level = 'criterion'
    GROUP BY ALL
)

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
        satisfaction_index.item_level,
        satisfaction_index.item
    ) AS key
FROM satisfaction_index
LEFT JOIN mean
    ON
        satisfaction_index.survey = mean.survey
        AND satisfaction_index.geography = mean.geography
        AND satisfaction_index.geo_level = mean.geo_level
        AND satisfaction_index.geo_code = mean.geo_code
        AND satisfaction_index.channel = mean.channel
        AND satisfaction_index.item_level = mean.item_level
        AND satisfaction_index.item = mean.item
WHERE
    satisfaction_index.item_level <> 'criterion'
    AND coalesce(
        abs(satisfaction_index.index_pct - mean.index_pct) > 1e-9
        OR satisfaction_index.n_criteria <> mean.n_criteria,
        true
    )
