-- what:   the indices that each criterion enters: itself, every heading above it, its family, and the overall index
-- grain:  instrument, criterion, item_level, item
-- clause: Plan 1111/KH-BHXH, IV.1.2; service group and family are ours
WITH RECURSIVE

heading AS (
    SELECT instrument, item AS criterion, item_level, item, parent
    FROM item
    WHERE item_level = 'criterion'
    UNION ALL
    SELECT below.instrument, below.criterion, above.item_level, above.item, above.parent
    FROM heading AS below
    INNER JOIN item AS above ON below.instrument = above.instrument AND below.parent = above.item
)

SELECT instrument, criterion, item_level, item FROM heading
UNION ALL
SELECT instrument, item AS criterion, 'family' AS item_level, family AS item
FROM item
WHERE item_level = 'criterion' AND family IS NOT NULL
UNION ALL
SELECT instrument, item AS criterion, 'overall' AS item_level, 'overall' AS item
FROM item
WHERE item_level = 'criterion'
