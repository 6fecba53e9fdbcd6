-- What tenants keep beside their batches.

ALTER TABLE output ADD COLUMN name TEXT NOT NULL DEFAULT ''; -- for people

CREATE TABLE key (
    id        INTEGER PRIMARY KEY,
    tenant    BIGINT NOT NULL,
    name      TEXT NOT NULL,
    prefix    TEXT NOT NULL UNIQUE,
    hash      TEXT NOT NULL,
    scopes    TEXT NOT NULL, -- words with commas between
    expires   BIGINT,
    created   BIGINT NOT NULL,
    last_used BIGINT
);

CREATE TABLE recipe (
    tenant  BIGINT NOT NULL,
    name    TEXT NOT NULL,
    version BIGINT NOT NULL,
    text    TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant, name, version)
);

CREATE TABLE upload (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
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

PRAGMA user_version = 3;
