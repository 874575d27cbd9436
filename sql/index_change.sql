-- what:   change of an index since the previous survey: as published, like for like, and its exact parts
-- grain:  survey, previous_survey, geography, geo_level, geo_code, channel, item_level, item
-- clause: Plan 1111/KH-BHXH, I.1.2 (each year higher than the year before), Appendix II (other channels each year)
-- why:    published change = scope + mix + real, exactly. Real and mix are measured where the same channel and venue
--         of the same place was surveyed in both years, on the criteria that both answered there: real is what the
--         answers within those cells did, at the average of both years' shares; mix is what the shares of the cells
--         did, at the average of both years' answers. Scope is all the rest: criteria, channels, venues and places of
--         one year only. Two surveys are independent samples; what they have in common has an error of its own where it
--         is not all that they measured (like_for_like_error)
WITH

pair AS (
    SELECT survey AS later, previous_survey AS earlier, geography, years_between FROM previous_survey
),

common_cell AS (
    SELECT pair.later, pair.earlier, now.geography, now.province, now.channel, now.venue
    FROM pair
    INNER JOIN cell_item AS now ON pair.later = now.survey AND pair.geography = now.geography
    INNER JOIN cell_item AS before
        ON
            pair.earlier = before.survey
            AND now.geography = before.geography
            AND now.province = before.province
            AND now.channel = before.channel
            AND now.venue = before.venue
    GROUP BY ALL
),

cell AS (
    SELECT
        common_cell.*,
        counted.region_code,
        counted.item,
        counted.scale_points,
        sum(CASE WHEN counted.survey = common_cell.earlier THEN counted.n_answers ELSE 0 END) AS n0,
        sum(CASE WHEN counted.survey = common_cell.later THEN counted.n_answers ELSE 0 END) AS n1,
        sum(CASE WHEN counted.survey = common_cell.earlier THEN counted.points ELSE 0 END) AS points0,
        sum(CASE WHEN counted.survey = common_cell.later THEN counted.points ELSE 0 END) AS points1
    FROM common_cell
    INNER JOIN cell_item AS counted
        ON
            counted.survey IN (common_cell.earlier, common_cell.later)
            AND common_cell.geography = counted.geography
            AND common_cell.province = counted.province
            AND common_cell.channel = counted.channel
            AND common_cell.venue = counted.venue
    GROUP BY ALL
),

sliced AS (
    SELECT
        cell.later,
        cell.earlier,
        cell.geography,
        place.geo_level,
        place.geo_code,
        channel_member.channel,
        channel_member.form_channel,
        cell.item,
        cell.scale_points,
        cell.n0,
        cell.n1,
        cell.points0,
        cell.points1,
        -- Where only one year answered in the cell, its answers stand for both.
        (
            coalesce(cell.points0 / nullif(cell.n0, 0), cell.points1 / nullif(cell.n1, 0))
            + coalesce(cell.points1 / nullif(cell.n1, 0), cell.points0 / nullif(cell.n0, 0))
        ) / 2 AS mean_of_both
    FROM cell
    INNER JOIN survey ON cell.later = survey.survey
    INNER JOIN channel_member
        ON survey.instrument = channel_member.instrument AND cell.channel = channel_member.form_channel
    INNER JOIN place
        ON
            cell.geography = place.geography
            AND (
                place.geo_level = 'nation'
                OR channel_member.is_local AND place.geo_level = 'region' AND cell.region_code = place.geo_code
                OR channel_member.is_local AND place.geo_level = 'province' AND cell.province = place.geo_code
            )
),

criterion AS (
    SELECT
        later,
        earlier,
        geography,
        geo_level,
        geo_code,
        channel,
        item,
        list_sort(list(DISTINCT form_channel)) AS channels,
        100.0::DOUBLE / scale_points * sum(points0) / sum(n0) AS common0,
        100.0::DOUBLE / scale_points * sum(points1) / sum(n1) AS common1,
        100.0::DOUBLE / scale_points * (
            -- As decimals: see below.
            sum((n1 * mean_of_both)::DECIMAL(30, 12))::DOUBLE / sum(n1)
            - sum((n0 * mean_of_both)::DECIMAL(30, 12))::DOUBLE / sum(n0)
        ) AS mix_pct
    FROM sliced
    GROUP BY later, earlier, geography, geo_level, geo_code, channel, item, scale_points
    HAVING sum(n0) > 0 AND sum(n1) > 0
),

like_for_like AS (
    SELECT
        criterion.later,
        criterion.earlier,
        criterion.geography,
        criterion.geo_level,
        criterion.geo_code,
        criterion.channel,
        item_ancestor.item_level,
        item_ancestor.item,
        -- Means as sums of decimals, so that the last bit does not depend on the number of threads.
        sum(criterion.common0::DECIMAL(30, 18))::DOUBLE / count(*) AS common_previous_pct,
        sum(criterion.common1::DECIMAL(30, 18))::DOUBLE / count(*) AS common_index_pct,
        sum(criterion.mix_pct::DECIMAL(30, 18))::DOUBLE / count(*) AS mix_pct,
        count(*) AS n_criteria_common,
        list_sort(list_distinct(flatten(list(DISTINCT criterion.channels)))) AS channels_common
    FROM criterion
    INNER JOIN survey ON criterion.later = survey.survey
    INNER JOIN item_ancestor
        ON survey.instrument = item_ancestor.instrument AND criterion.item = item_ancestor.criterion
    GROUP BY ALL
),

compared AS (
    SELECT
        now.survey,
        before.survey AS previous_survey,
        now.year,
        before.year AS previous_year,
        now.geography,
        now.geo_level,
        now.geo_code,
        now.channel,
        now.item_level,
        now.item,
        now.index_pct,
        before.index_pct AS previous_index_pct,
        now.index_pct - before.index_pct AS change_pct,
        sqrt(now.se_pct * now.se_pct + before.se_pct * before.se_pct) AS change_se_pct,
        now.n_criteria,
        before.n_criteria AS previous_n_criteria,
        like_for_like.n_criteria_common,
        like_for_like.channels_common,
        like_for_like.common_index_pct,
        like_for_like.common_previous_pct,
        like_for_like.common_index_pct - like_for_like.common_previous_pct AS like_for_like_pct,
        CASE
            WHEN like_for_like.n_criteria_common IS NULL THEN NULL
            WHEN like_for_like_error.common_se_pct IS NULL THEN change_se_pct
            ELSE sqrt(
                like_for_like_error.common_se_pct * like_for_like_error.common_se_pct
                + like_for_like_error.common_previous_se_pct * like_for_like_error.common_previous_se_pct
            )
        END AS like_for_like_se_pct,
        like_for_like.mix_pct,
        now.synthetic OR before.synthetic AS synthetic
    FROM pair
    INNER JOIN satisfaction_index AS now ON pair.later = now.survey AND pair.geography = now.geography
    INNER JOIN satisfaction_index AS before
        ON
            pair.earlier = before.survey
            AND now.geography = before.geography
            AND now.geo_level = before.geo_level
            AND now.geo_code = before.geo_code
            AND now.channel = before.channel
            AND now.item_level = before.item_level
            AND now.item = before.item
    LEFT JOIN like_for_like
        ON
            pair.later = like_for_like.later
            AND pair.earlier = like_for_like.earlier
            AND now.geography = like_for_like.geography
            AND now.geo_level = like_for_like.geo_level
            AND now.geo_code = like_for_like.geo_code
            AND now.channel = like_for_like.channel
            AND now.item_level = like_for_like.item_level
            AND now.item = like_for_like.item
    LEFT JOIN like_for_like_error
        ON
            now.survey = like_for_like_error.survey
            AND now.geography = like_for_like_error.geography
            AND now.geo_level = like_for_like_error.geo_level
            AND now.geo_code = like_for_like_error.geo_code
            AND now.channel = like_for_like_error.channel
            AND now.item_level = like_for_like_error.item_level
            AND now.item = like_for_like_error.item
    WHERE now.geo_level <> 'office'
)

SELECT
    survey,
    previous_survey,
    year,
    previous_year,
    geography,
    geo_level,
    geo_code,
    channel,
    item_level,
    item,
    index_pct,
    previous_index_pct,
    change_pct,
    change_se_pct,
    normal_two_sided_p(change_pct / nullif(change_se_pct, 0)) AS change_p_value,
    n_criteria,
    previous_n_criteria,
    coalesce(n_criteria_common, 0) AS n_criteria_common,
    array_to_string(channels_common, ' ') AS channels_common,
    common_index_pct,
    common_previous_pct,
    like_for_like_pct,
    like_for_like_se_pct,
    normal_two_sided_p(like_for_like_pct / nullif(like_for_like_se_pct, 0)) AS like_for_like_p_value,
    like_for_like_pct - mix_pct AS real_pct,
    mix_pct,
    change_pct - like_for_like_pct AS scope_pct,
    synthetic
FROM compared
