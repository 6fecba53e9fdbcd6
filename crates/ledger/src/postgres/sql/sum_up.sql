INSERT INTO pool (name, capacity, used) SELECT DISTINCT pool, 0, 0 FROM seat ON CONFLICT DO NOTHING;
UPDATE pool SET used = (SELECT coalesce(sum(count), 0) FROM seat WHERE seat.pool = pool.name);
DELETE FROM storage;
INSERT INTO storage (tenant, bytes) SELECT tenant, sum(size) FROM upload WHERE state <> 'aborted' GROUP BY tenant;
