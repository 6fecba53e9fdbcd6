-- For which tasks a message was sent to a queue. A row stands for its task as long as that waits for the attempt after
-- `attempt`, or is in it; what became of the task since needs no row changed here.

CREATE TABLE called (
    task    INTEGER PRIMARY KEY,
    tenant  BIGINT NOT NULL,
    attempt BIGINT NOT NULL, -- the task's newest one then
    at      BIGINT NOT NULL  -- ticks
);
CREATE INDEX called_tenant ON called (tenant);

PRAGMA user_version = 6;
