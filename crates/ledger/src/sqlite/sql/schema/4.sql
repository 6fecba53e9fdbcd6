-- The whole queue may be paused: as if every tenant were.

ALTER TABLE house ADD COLUMN paused BIGINT NOT NULL DEFAULT 0; -- 0 or 1

DROP VIEW hopeful;
-- Batches whose tasks could run but for seats that they may hope for.
CREATE VIEW hopeful AS
SELECT batch.id, batch.waits
FROM batch JOIN tenant ON tenant.id = batch.tenant
WHERE batch.state = 'sealed' AND batch.seated = 1 AND tenant.paused = 0 AND tenant.running < tenant.running_cap
  AND EXISTS (SELECT 1 FROM house WHERE house.paused = 0)
  AND EXISTS (SELECT 1 FROM task WHERE task.batch = batch.id AND task.state = 'ready' AND task.due = 0)
  AND NOT EXISTS (
      SELECT 1 FROM need LEFT JOIN pool ON pool.name = need.pool
      WHERE need.batch = batch.id AND need.count > coalesce(pool.capacity, 0));

PRAGMA user_version = 4;
