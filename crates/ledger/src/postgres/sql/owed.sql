SELECT count(*), min(made) FROM hook JOIN delivery ON delivery.hook = hook.id AND state = 'waiting' WHERE off IS NULL
