-- what:   number of valid forms in each cell of the design
-- grain:  survey, province, office, channel, venue, in the survey's own geography; '' where a form names none
-- clause: Plan 1111/KH-BHXH, IV.1 (number of people)
SELECT
    survey,
    province,
    coalesce(office, '') AS office,
    channel,
    coalesce(venue, '') AS venue,
    count(*) AS n_forms
FROM form
GROUP BY ALL
