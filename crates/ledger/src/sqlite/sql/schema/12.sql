-- Links that show a batch to somebody who has no account. Times are of the wall.

CREATE TABLE share (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant     BIGINT NOT NULL,
    batch      BIGINT NOT NULL,
    label      TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE, -- of its token
    secret     TEXT NOT NULL,        -- signs what its visitors bring along
    passcode   TEXT,                 -- a hash, with its parameters
    marked     BIGINT NOT NULL,      -- 1: only renditions with a watermark
    renditions TEXT,                 -- only these, commas between
    maker      TEXT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    revoked    BIGINT,
    views      BIGINT NOT NULL,
    seen       BIGINT                -- when the newest of them was
);
CREATE INDEX share_batch ON share (batch, id);

PRAGMA user_version = 12;
