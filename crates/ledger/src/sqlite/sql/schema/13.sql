-- Files that are brought in from elsewhere, and renditions that are taken elsewhere.

CREATE TABLE transfer (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant    BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    what      TEXT NOT NULL,   -- JSON
    batch     BIGINT,          -- an export is of it; an import became it
    sealed    BIGINT NOT NULL, -- 0 or 1
    cancelled BIGINT NOT NULL, -- 0 or 1
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL
);
CREATE INDEX transfer_tenant ON transfer (tenant, kind, id);
CREATE INDEX transfer_expires ON transfer (expires);

CREATE TABLE item (
    transfer BIGINT NOT NULL,
    number   BIGINT NOT NULL, -- from 1; 0 lists the others, -1 comes when they are over
    source   TEXT NOT NULL,
    name     TEXT NOT NULL,
    size     BIGINT,
    state    TEXT NOT NULL,
    attempt  BIGINT NOT NULL, -- number of the newest try
    tries    BIGINT NOT NULL,
    until    BIGINT,          -- nobody else takes it before
    why      TEXT,
    photo    BIGINT,
    PRIMARY KEY (transfer, number)
) WITHOUT ROWID;
CREATE INDEX item_open ON item (transfer, number) WHERE state IN ('written', 'wanted', 'running');
CREATE INDEX item_running ON item (until) WHERE state = 'running';
CREATE INDEX item_state ON item (transfer, state, number);

PRAGMA user_version = 13;
