-- what:   how many criteria the instrument asks below each item, by channel slice and by nation or place
-- grain:  instrument, is_nation, channel, item_level, item
-- clause: Plan 1111/KH-BHXH, Appendix I: 70 for the nation, 58 for a place, 25 at a one-stop office
-- why:    the calendar plays no part: what was not surveyed in a year counts as defined and not measured
WITH

scope AS (
    SELECT instrument, form_channel, channel, true AS is_nation FROM channel_member
    UNION ALL
    SELECT instrument, form_channel, channel, false AS is_nation FROM channel_member
    WHERE is_local
)

SELECT
    scope.instrument,
    scope.is_nation,
    scope.channel,
    item_ancestor.item_level,
    item_ancestor.item,
    count(DISTINCT item_ancestor.criterion) AS n_criteria_defined
FROM scope
INNER JOIN asked
    ON scope.instrument = asked.instrument AND scope.form_channel = asked.channel
INNER JOIN item_ancestor
    ON asked.instrument = item_ancestor.instrument AND asked.item = item_ancestor.criterion
GROUP BY ALL
