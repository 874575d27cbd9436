-- what:   the cells (criterion x province) of a place against a target, as they are and if one item were higher
-- grain:  is_lifted: false as measured, true with the lift
-- clause: ours, on Plan 1111/KH-BHXH, I.1.2: at least 90 at every criterion in every locality
WITH

cell AS (
    SELECT
        lifted_criterion.geo_code,
        false AS is_lifted,
        verdict(lifted_criterion.ci_low_pct, lifted_criterion.ci_high_pct, supposition.target_pct) AS verdict
    FROM lifted_criterion
    CROSS JOIN supposition
    WHERE lifted_criterion.geo_level = 'province'
    UNION ALL
    SELECT
        lifted_criterion.geo_code,
        true AS is_lifted,
        verdict(lifted_criterion.lifted_low_pct, lifted_criterion.lifted_high_pct, supposition.target_pct) AS verdict
    FROM lifted_criterion
    CROSS JOIN supposition
    WHERE lifted_criterion.geo_level = 'province'
),

province_cell AS (
    SELECT
        cell.is_lifted,
        cell.geo_code,
        any_value(overall.n_criteria_defined) AS n_cells,
        count_if(cell.verdict = 'met') AS n_met,
        count_if(cell.verdict = 'undetermined') AS n_undetermined,
        count_if(cell.verdict = 'not_met') AS n_not_met
    FROM cell
    CROSS JOIN supposition
    INNER JOIN satisfaction_index AS overall
        ON
            supposition.survey = overall.survey
            AND supposition.geography = overall.geography
            AND overall.geo_level = 'province'
            AND cell.geo_code = overall.geo_code
            AND supposition.channel = overall.channel
            AND overall.item_level = 'overall'
    GROUP BY ALL
)

SELECT
    is_lifted,
    sum(n_cells)::BIGINT AS n_cells,
    sum(n_met)::BIGINT AS n_met,
    sum(n_undetermined)::BIGINT AS n_undetermined,
    sum(n_not_met)::BIGINT AS n_not_met,
    sum(n_cells - n_met - n_undetermined - n_not_met)::BIGINT AS n_not_measured,
    count(*) AS n_provinces,
    count_if(n_met = n_cells)::BIGINT AS n_provinces_met
FROM province_cell
GROUP BY ALL
