-- Times called *wall* are milliseconds since 1970; times called *ticks* are milliseconds of the database's clock, which a
-- test may hold. No table refers to another by a constraint: each would cost a look-up in every transaction.

CREATE TABLE house (
    boot        TEXT NOT NULL,
    paused      BOOLEAN NOT NULL,
    broom       TEXT NOT NULL,  -- who sweeps
    broom_until BIGINT NOT NULL -- ticks
);
INSERT INTO house VALUES ('', FALSE, '', 0);

-- Numbers that were given once are never given again.
CREATE SEQUENCE batch_number;
CREATE SEQUENCE task_number;

CREATE TABLE tenant (
    id   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE directory ( -- where a tenant's rows are
    tenant   BIGINT PRIMARY KEY,
    database TEXT NOT NULL
);

-- How fast a tenant goes. Every claim and every outcome changes a row here, and while somebody keeps an old snapshot no
-- version of it can be removed. So whoever looks for the newest finds it first: the greatest `no` of the tenant, the
-- greatest `went` of all, a `pass` that is not behind those.
CREATE TABLE pace (
    tenant      BIGINT NOT NULL,
    no          BIGINT NOT NULL, -- counts the versions
    weight      BIGINT NOT NULL,
    queued_cap  BIGINT NOT NULL,
    running_cap BIGINT NOT NULL,
    paused      BOOLEAN NOT NULL,
    queued      BIGINT NOT NULL, -- tasks of submitted batches without an outcome
    running     BIGINT NOT NULL, -- of these, running
    pass        BIGINT NOT NULL, -- the smallest goes next
    went        BIGINT NOT NULL  -- the pass at which it went last in its turn
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE UNIQUE INDEX pace_tenant ON pace (tenant, no);
CREATE INDEX pace_turn ON pace (pass, tenant) WHERE queued > running AND running < running_cap AND NOT paused;
CREATE INDEX pace_went ON pace (went);

CREATE TABLE batch (
    id         BIGINT PRIMARY KEY,
    tenant     BIGINT NOT NULL, -- 0 is the house, which has no row
    recipe     TEXT NOT NULL,
    work       TEXT NOT NULL,
    priority   BIGINT NOT NULL,
    seated     BOOLEAN NOT NULL, -- it has rows in `need`
    state      TEXT NOT NULL,
    opened     BIGINT NOT NULL,
    ended      BIGINT,
    waits      BIGINT, -- ticks: its next task waits for seats since then
    submitted  BIGINT, -- wall
    found      BIGINT NOT NULL DEFAULT 0, -- these grow with the list; the house counts its rows
    skipped    BIGINT NOT NULL DEFAULT 0,
    succeeded  BIGINT NOT NULL DEFAULT 0, -- these are folded from events
    failed     BIGINT NOT NULL DEFAULT 0,
    cancelled  BIGINT NOT NULL DEFAULT 0,
    last_event BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX batch_tenant ON batch (tenant, id);
CREATE INDEX batch_sealed ON batch (tenant, id) WHERE state = 'sealed';
CREATE INDEX batch_seated ON batch (waits, id) WHERE seated AND state IN ('open', 'sealed');
CREATE INDEX batch_unfinished ON batch (id) WHERE state IN ('open', 'sealed', 'cancelling');
CREATE INDEX batch_cancelling ON batch (id) WHERE state = 'cancelling';
CREATE INDEX batch_open ON batch (opened) WHERE state = 'open';

CREATE TABLE task (
    id             BIGINT PRIMARY KEY,
    batch          BIGINT NOT NULL,
    state          TEXT NOT NULL,
    attempt        BIGINT NOT NULL, -- number of the newest one
    input_name     TEXT NOT NULL,
    input_size     BIGINT NOT NULL,
    input_modified BIGINT NOT NULL,
    input_hash     TEXT,
    detail         TEXT NOT NULL,
    due            BIGINT NOT NULL DEFAULT 0, -- ticks; 0 where it may be claimed at once
    lease          BIGINT,                    -- ticks: end of the newest attempt's, while it runs
    heard          BIGINT,                    -- ticks: a bell was rung for it; no bell for the house
    since          BIGINT,                    -- wall: ready again since then
    photo_faults   BIGINT NOT NULL DEFAULT 3, -- so many are left
    expiries       BIGINT NOT NULL DEFAULT 5
);
CREATE INDEX task_batch ON task (batch, id);
CREATE INDEX task_ready ON task (batch, due, attempt, id) WHERE state = 'ready';
CREATE INDEX task_running ON task (batch, id) WHERE state = 'running';
CREATE INDEX task_failed ON task (batch, id) WHERE state = 'failed';
CREATE INDEX task_due ON task (due) WHERE due > 0;
CREATE INDEX task_lease ON task (lease) WHERE lease IS NOT NULL;
CREATE INDEX task_heard ON task (heard) WHERE state = 'ready' AND heard IS NOT NULL;
CREATE INDEX task_input ON task (input_name) WHERE heard IS NULL;

CREATE TABLE attempt (
    task    BIGINT NOT NULL,
    number  BIGINT NOT NULL,
    state   TEXT NOT NULL,
    worker  TEXT NOT NULL,
    started BIGINT NOT NULL,
    ended   BIGINT,
    class   TEXT, -- of the fault; the three below explain it
    what    TEXT,
    why     TEXT,
    advice  TEXT,
    usage   TEXT, -- JSON
    PRIMARY KEY (task, number)
);

CREATE TABLE output (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task           BIGINT NOT NULL,
    attempt        BIGINT NOT NULL,
    rendition      TEXT NOT NULL,
    rendition_hash TEXT NOT NULL,
    path           TEXT NOT NULL,
    size           BIGINT NOT NULL,
    crc32          BIGINT NOT NULL,
    name           TEXT NOT NULL -- for people
);
CREATE INDEX output_path ON output (path);
CREATE INDEX output_task ON output (task);

CREATE TABLE pool (
    name        TEXT PRIMARY KEY,
    capacity    BIGINT NOT NULL,
    used        BIGINT NOT NULL,
    first_right BIGINT -- the batch that gets the next seats
);
CREATE TABLE need ( -- seats that each task of the batch holds while it runs
    batch BIGINT NOT NULL,
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
FROM batch JOIN LATERAL (SELECT * FROM pace WHERE pace.tenant = batch.tenant ORDER BY no DESC LIMIT 1) AS pace ON TRUE
WHERE batch.state = 'sealed' AND batch.seated AND NOT pace.paused AND pace.running < pace.running_cap
  AND EXISTS (SELECT 1 FROM house WHERE NOT house.paused)
  AND EXISTS (SELECT 1 FROM task WHERE task.batch = batch.id AND task.state = 'ready' AND task.due = 0)
  AND NOT EXISTS (
      SELECT 1 FROM need LEFT JOIN pool ON pool.name = need.pool
      WHERE need.batch = batch.id AND need.count > coalesce(pool.capacity, 0));

CREATE TABLE event (
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch  BIGINT NOT NULL,
    task   BIGINT,
    kind   TEXT NOT NULL,
    at     BIGINT NOT NULL, -- wall
    number BIGINT           -- in its batch, once it is folded
);
CREATE UNIQUE INDEX event_number ON event (batch, number) WHERE number IS NOT NULL;
CREATE INDEX event_new ON event (batch, id) WHERE number IS NULL;

CREATE TABLE usage ( -- a tenant's rows are numbered while its pace is locked: someone may have read on to the last one
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL,
    batch  BIGINT NOT NULL,
    task   BIGINT NOT NULL UNIQUE,
    state  TEXT NOT NULL,
    at     BIGINT NOT NULL, -- wall
    cost   TEXT NOT NULL    -- JSON
);
CREATE INDEX usage_tenant ON usage (tenant, id);

CREATE TABLE dispatch (
    id    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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

CREATE TABLE key (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant    BIGINT NOT NULL,
    name      TEXT NOT NULL,
    prefix    TEXT NOT NULL UNIQUE,
    hash      TEXT NOT NULL,
    scopes    TEXT NOT NULL, -- words with commas between
    expires   BIGINT,
    created   BIGINT NOT NULL,
    last_used BIGINT
);
CREATE INDEX key_tenant ON key (tenant, id);

CREATE TABLE recipe (
    tenant  BIGINT NOT NULL,
    name    TEXT NOT NULL,
    version BIGINT NOT NULL,
    text    TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant, name, version)
);

CREATE TABLE upload (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    sha256     TEXT,
    part_size  BIGINT NOT NULL,
    key        TEXT NOT NULL,
    ticket     TEXT NOT NULL,
    state      TEXT NOT NULL,
    expires    BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    media_type TEXT -- of the object that it became
);
CREATE INDEX upload_object ON upload (tenant, kind, id) WHERE state = 'completed';
CREATE INDEX upload_open ON upload (expires) WHERE state = 'open';

CREATE TABLE storage (
    tenant BIGINT PRIMARY KEY,
    bytes  BIGINT NOT NULL -- of objects, and of uploads on their way
);
