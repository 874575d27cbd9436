-- what:   the points of the scales that the law knows, in its words
-- grain:  scale, point
-- clause: Plan 1111/KH-BHXH, IV.2.1 and IV.2.3 (four answers, which the plan only numbers), IV.2.2 (five levels)
SELECT
    unnest(['likert5', 'likert5', 'likert5', 'likert5', 'likert5', 'interval4', 'interval4', 'interval4', 'interval4'])
        AS scale,
    unnest([1, 2, 3, 4, 5, 1, 2, 3, 4]) AS point,
    unnest([
        'Rất không hài lòng',
        'Không hài lòng',
        'Bình thường',
        'Hài lòng',
        'Rất hài lòng',
        'Phương án trả lời 1 (thấp nhất)',
        'Phương án trả lời 2',
        'Phương án trả lời 3',
        'Phương án trả lời 4 (cao nhất)'
    ]) AS label_vi,
    unnest([
        'Very dissatisfied',
        'Dissatisfied',
        'Neutral',
        'Satisfied',
        'Very satisfied',
        'Answer 1 (lowest)',
        'Answer 2',
        'Answer 3',
        'Answer 4 (highest)'
    ]) AS label_en,
    unnest([
        'Kế hoạch 1111/KH-BHXH, IV.2.2',
        'Kế hoạch 1111/KH-BHXH, IV.2.2',
        'Kế hoạch 1111/KH-BHXH, IV.2.2',
        'Kế hoạch 1111/KH-BHXH, IV.2.2',
        'Kế hoạch 1111/KH-BHXH, IV.2.2',
        'Kế hoạch 1111/KH-BHXH, IV.2.1, IV.2.3',
        'Kế hoạch 1111/KH-BHXH, IV.2.1, IV.2.3',
        'Kế hoạch 1111/KH-BHXH, IV.2.1, IV.2.3',
        'Kế hoạch 1111/KH-BHXH, IV.2.1, IV.2.3'
    ]) AS clause
