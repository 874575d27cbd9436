-- what:   number of people who chose each option of a nominal item, in each cell of the design
-- grain:  survey, province, office, channel, venue, item, option, in the survey's own geography
-- clause: Plan 1111/KH-BHXH, IV.2.1 (a)
-- why:    with several choices a person counts under each option chosen, so these do not add up to the people asked
WITH

one_choice AS (
    SELECT
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        coalesce(venue, '') AS venue,
        histogram(columns('\[1\]$'))
    FROM form
    GROUP BY ALL
),

several_choices AS (
    SELECT
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        coalesce(venue, '') AS venue,
        columns('\[\]$')
    FROM form
),

option_chosen AS (
    SELECT survey, province, office, channel, venue, form_column, unnest(options) AS option
    FROM several_choices
    UNPIVOT (options FOR form_column IN (columns('/')))
),

choice AS (
    SELECT
        survey,
        province,
        office,
        channel,
        venue,
        form_column,
        unnest(map_keys(chosen)) AS option,
        unnest(map_values(chosen)) AS n_chosen
    FROM one_choice
    UNPIVOT (chosen FOR form_column IN (columns('/')))
    UNION ALL
    SELECT survey, province, office, channel, venue, form_column, option, count(*) AS n_chosen
    FROM option_chosen
    GROUP BY ALL
)

SELECT
    survey,
    province,
    office,
    channel,
    venue,
    regexp_extract(form_column, '/([^\[]+)', 1) AS item,
    option,
    n_chosen::BIGINT AS n_chosen
FROM choice
