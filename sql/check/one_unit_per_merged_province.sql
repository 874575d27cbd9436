-- what:     a province that was merged is one unit: it pools the forms of its predecessors, each once
-- grain:    survey, geography, province
-- clause:   Resolution 202/2025/QH15: 63 provinces until 30 June 2025, 34 since
-- suite:    province_ranking
-- severity: fail
-- of:       slice_form INNER JOIN survey ON slice_form.survey = survey.survey AND slice_form.geography <>
--           survey.geography WHERE slice_form.geo_level = 'province' AND slice_form.channel = 'all'
-- vi:       Tỉnh sau sáp nhập là một đơn vị duy nhất, gộp đủ phiếu của các tỉnh cũ, mỗi tỉnh cũ một lần
-- en:       A merged province is one unit: it pools the forms of its predecessors, each once
WITH

predecessor AS (
    SELECT
        survey.survey,
        geography.successor AS geography,
        province.successor_code AS province,
        sum(form_count.n_forms) AS n_forms
    FROM survey
    INNER JOIN geography ON survey.geography = geography.geography
    INNER JOIN province ON survey.geography = province.geography AND province.successor_code IS NOT NULL
    INNER JOIN form_count ON survey.survey = form_count.survey AND province.province_code = form_count.province
    INNER JOIN form_channel
        ON
            survey.instrument = form_channel.instrument
            AND form_count.channel = form_channel.channel
            AND form_channel.is_local
    GROUP BY ALL
),

pooled AS (
    SELECT
        slice_form.survey,
        slice_form.geography,
        slice_form.geo_code AS province,
        sum(slice_form.n_forms) AS n_forms,
        count(*) AS n_units
    FROM slice_form
    INNER JOIN survey ON slice_form.survey = survey.survey
    INNER JOIN geography
        ON survey.geography = geography.geography AND slice_form.geography = geography.successor
    WHERE slice_form.geo_level = 'province' AND slice_form.channel = 'all'
    GROUP BY ALL
),

ranked AS (
    SELECT survey, geography, province, count(*) AS n_units
    FROM province_ranking
    GROUP BY ALL
)

SELECT
    coalesce(predecessor.survey, pooled.survey) AS survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    concat_ws(
        ' ', coalesce(predecessor.geography, pooled.geography), coalesce(predecessor.province, pooled.province)
    ) AS key
FROM predecessor
FULL JOIN pooled
    ON
        predecessor.survey = pooled.survey
        AND predecessor.geography = pooled.geography
        AND predecessor.province = pooled.province
WHERE
    predecessor.n_forms IS DISTINCT FROM pooled.n_forms
    OR pooled.n_units <> 1
UNION ALL
SELECT
    ranked.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    'ranked ' || ranked.n_units || ' times: ' || ranked.geography || ' ' || ranked.province AS key
FROM ranked
WHERE ranked.n_units > 1
UNION ALL
SELECT
    ranked.survey,
    NULL AS file,
    NULL AS row,
    NULL AS form_id,
    'not of this list: ' || ranked.geography || ' ' || ranked.province AS key
FROM ranked
ANTI JOIN province ON ranked.geography = province.geography AND ranked.province = province.province_code
