-- what:     an index lies within its scale: 20-100 on five points, 25-100 on four, 0-100 for a share
-- grain:    a published index
-- clause:   Plan 1111/KH-BHXH, IV.2
-- suite:    satisfaction_index
-- severity: fail
-- of:       satisfaction_index
-- vi:       Chỉ số nằm trong thang đo: 20-100 với năm mức, 25-100 với bốn mức, 0-100 với tỷ lệ
-- en:       An index lies within its scale: 20-100 on five points, 25-100 on four, 0-100 for a share
WITH

bounded AS (
    SELECT
        satisfaction_index.survey,
        concat_ws(
            ' ',
            satisfaction_index.geography,
            satisfaction_index.geo_code,
            satisfaction_index.channel,
            satisfaction_index.item_level,
            satisfaction_index.item
        ) AS key,
        satisfaction_index.index_pct,
        100.0 / coalesce(item.scale_points, 5) AS lowest
    FROM satisfaction_index
    INNER JOIN survey ON satisfaction_index.survey = survey.survey
    LEFT JOIN item
        ON
            survey.instrument = item.instrument
            AND satisfaction_index.item_level = item.item_level
            AND satisfaction_index.item = item.item
    UNION ALL
    SELECT
        answer_index.survey,
        concat_ws(' ', answer_index.geography, answer_index.geo_code, answer_index.channel, answer_index.item) AS key,
        answer_index.index_pct,
        CASE WHEN answer_index.option IS NULL THEN 100.0 / coalesce(item.scale_points, 5) ELSE 0 END AS lowest
    FROM answer_index
    INNER JOIN survey ON answer_index.survey = survey.survey
    LEFT JOIN item ON survey.instrument = item.instrument AND answer_index.item = item.item
)

SELECT
    survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    key || ' = ' || coalesce(index_pct::VARCHAR, 'empty') AS key
FROM bounded
WHERE coalesce(index_pct NOT BETWEEN lowest - 1e-9 AND 100 + 1e-9, true)
