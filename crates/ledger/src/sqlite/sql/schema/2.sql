-- Many batches of many tenants. Times called *wall* are milliseconds since 1970; times called *ticks* are milliseconds of
-- the machine's stopwatch since the boot in `house`.

CREATE TABLE house (
    boot        TEXT NOT NULL,
    last_batch  BIGINT NOT NULL, -- numbers that were given once are never given again
    last_task   BIGINT NOT NULL,
    pass        BIGINT NOT NULL, -- of the tenant that went last
    broom       TEXT NOT NULL,   -- who sweeps
    broom_until BIGINT NOT NULL  -- ticks
);
INSERT INTO house
SELECT '', (SELECT coalesce(max(id), 0) FROM batch), (SELECT coalesce(max(id), 0) FROM task), 0, '', 0;

CREATE TABLE tenant (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    weight      BIGINT NOT NULL,
    queued_cap  BIGINT NOT NULL,
    running_cap BIGINT NOT NULL,
    paused      BIGINT NOT NULL, -- 0 or 1
    queued      BIGINT NOT NULL, -- tasks of submitted batches without an outcome
    running     BIGINT NOT NULL, -- of these, running
    pass        BIGINT NOT NULL  -- the smallest goes next
);

ALTER TABLE batch ADD COLUMN tenant     BIGINT NOT NULL DEFAULT 0; -- 0 is the house, which has no row
ALTER TABLE batch ADD COLUMN work       TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN priority   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN seated     BIGINT NOT NULL DEFAULT 0; -- 1 where it has rows in `need`
ALTER TABLE batch ADD COLUMN waits      BIGINT;                    -- ticks: its next task waits for seats since then
ALTER TABLE batch ADD COLUMN submitted  BIGINT;                    -- wall
ALTER TABLE batch ADD COLUMN found      BIGINT NOT NULL DEFAULT 0; -- these grow with the list; the house counts its rows
ALTER TABLE batch ADD COLUMN skipped    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN succeeded  BIGINT NOT NULL DEFAULT 0; -- these are folded from events
ALTER TABLE batch ADD COLUMN failed     BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN cancelled  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN last_event BIGINT NOT NULL DEFAULT 0;
CREATE INDEX batch_tenant ON batch (tenant, id);
CREATE INDEX batch_sealed ON batch (tenant, id) WHERE state = 'sealed';
CREATE INDEX batch_seated ON batch (waits, id) WHERE state = 'sealed' AND seated = 1;
CREATE INDEX batch_unfinished ON batch (id) WHERE state IN ('open', 'sealed', 'cancelling');
CREATE INDEX batch_cancelling ON batch (id) WHERE state = 'cancelling';
CREATE INDEX batch_open ON batch (opened) WHERE state = 'open';

ALTER TABLE task ADD COLUMN detail       TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN due          BIGINT NOT NULL DEFAULT 0; -- ticks; 0 where it may be claimed at once
ALTER TABLE task ADD COLUMN lease        BIGINT;                    -- ticks: end of the newest attempt's, while it runs
ALTER TABLE task ADD COLUMN heard        BIGINT;                    -- ticks: a bell was rung for it; no bell for the house
ALTER TABLE task ADD COLUMN since        BIGINT;                    -- wall: ready again since then
ALTER TABLE task ADD COLUMN photo_faults BIGINT NOT NULL DEFAULT 3; -- so many are left
ALTER TABLE task ADD COLUMN expiries     BIGINT NOT NULL DEFAULT 5;
UPDATE task SET photo_faults =
    max(0, 3 - (SELECT count(*) FROM attempt WHERE attempt.task = task.id AND attempt.class = 'photo'));
DROP INDEX task_ready;
CREATE INDEX task_batch ON task (batch, id);
CREATE INDEX task_ready ON task (batch, due, attempt, id) WHERE state = 'ready';
CREATE INDEX task_running ON task (batch, id) WHERE state = 'running';
CREATE INDEX task_failed ON task (batch, id) WHERE state = 'failed';
CREATE INDEX task_due ON task (due) WHERE due > 0;
CREATE INDEX task_lease ON task (lease) WHERE lease IS NOT NULL;
CREATE INDEX task_heard ON task (heard) WHERE state = 'ready' AND heard IS NOT NULL;

ALTER TABLE attempt ADD COLUMN worker TEXT NOT NULL DEFAULT '';

CREATE TABLE pool (
    name        TEXT PRIMARY KEY,
    capacity    BIGINT NOT NULL,
    used        BIGINT NOT NULL,
    first_right BIGINT -- the batch that gets the next seats
);
CREATE TABLE need ( -- seats that each task of the batch holds while it runs
    batch BIGINT NOT NULL REFERENCES batch (id),
    pool  TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (batch, pool)
);
CREATE TABLE seat (
    task    BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    pool    TEXT NOT NULL,
    count   BIGINT NOT NULL,
    rest    BIGINT, -- ticks: its holder vanished, nobody may sit here until then
    PRIMARY KEY (task, attempt, pool)
);
CREATE INDEX seat_rest ON seat (rest) WHERE rest IS NOT NULL;

-- Batches whose tasks must wait for a seat.
CREATE VIEW seatless AS
SELECT need.batch FROM need LEFT JOIN pool ON pool.name = need.pool
WHERE coalesce(pool.capacity - pool.used, 0) < need.count OR pool.first_right <> need.batch;

-- Batches whose tasks could run but for seats that they may hope for.
CREATE VIEW hopeful AS
SELECT batch.id, batch.waits
FROM batch JOIN tenant ON tenant.id = batch.tenant
WHERE batch.state = 'sealed' AND batch.seated = 1 AND tenant.paused = 0 AND tenant.running < tenant.running_cap
  AND EXISTS (SELECT 1 FROM task WHERE task.batch = batch.id AND task.state = 'ready' AND task.due = 0)
  AND NOT EXISTS (
      SELECT 1 FROM need LEFT JOIN pool ON pool.name = need.pool
      WHERE need.batch = batch.id AND need.count > coalesce(pool.capacity, 0));

CREATE TABLE event (
    id     INTEGER PRIMARY KEY,
    batch  BIGINT NOT NULL,
    task   BIGINT,
    kind   TEXT NOT NULL,
    at     BIGINT NOT NULL, -- wall
    number BIGINT           -- in its batch, once it is folded
);
CREATE UNIQUE INDEX event_number ON event (batch, number) WHERE number IS NOT NULL;
CREATE INDEX event_new ON event (batch, id) WHERE number IS NULL;

-- Numbers of rows that come and go are never given again: someone may have read on to the last one.
CREATE TABLE usage (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant BIGINT NOT NULL,
    batch  BIGINT NOT NULL,
    task   BIGINT NOT NULL UNIQUE,
    state  TEXT NOT NULL,
    at     BIGINT NOT NULL, -- wall
    cost   TEXT NOT NULL    -- JSON
);
CREATE INDEX usage_tenant ON usage (tenant, id);

CREATE TABLE dispatch (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    batch BIGINT NOT NULL,
    due   BIGINT NOT NULL -- ticks
);
CREATE INDEX dispatch_batch ON dispatch (batch);

CREATE TABLE once (
    tenant      BIGINT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    batch       BIGINT NOT NULL,
    until       BIGINT NOT NULL, -- wall
    PRIMARY KEY (tenant, key)
);
CREATE INDEX once_until ON once (until);

PRAGMA user_version = 2;
