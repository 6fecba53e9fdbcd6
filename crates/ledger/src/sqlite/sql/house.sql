SELECT CASE WHEN broom_until > ? THEN broom END, last_batch, last_task,
       (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'upload'),
       (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'usage'), pass
FROM house
