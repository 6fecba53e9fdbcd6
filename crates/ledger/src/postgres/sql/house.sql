SELECT CASE WHEN broom_until > $1 THEN broom END,
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM batch_number),
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM task_number),
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM upload_id_seq),
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM usage_id_seq),
       coalesce((SELECT max(went) FROM pace), 0)
FROM house
