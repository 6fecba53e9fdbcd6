CREATE TABLE batch (
    id     INTEGER PRIMARY KEY,
    recipe TEXT NOT NULL,
    state  TEXT NOT NULL,
    opened BIGINT NOT NULL,
    ended  BIGINT
);

CREATE TABLE task (
    id             INTEGER PRIMARY KEY,
    batch          BIGINT NOT NULL REFERENCES batch (id),
    state          TEXT NOT NULL,
    attempt        BIGINT NOT NULL, -- number of the newest one
    input_name     TEXT NOT NULL,
    input_size     BIGINT NOT NULL,
    input_modified BIGINT NOT NULL,
    input_hash     TEXT
);
CREATE INDEX task_ready ON task (batch, attempt, id) WHERE state = 'ready';
CREATE INDEX task_input ON task (input_name);

CREATE TABLE attempt (
    task    BIGINT NOT NULL REFERENCES task (id),
    number  BIGINT NOT NULL,
    state   TEXT NOT NULL,
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
    id             INTEGER PRIMARY KEY,
    task           BIGINT NOT NULL,
    attempt        BIGINT NOT NULL,
    rendition      TEXT NOT NULL,
    rendition_hash TEXT NOT NULL,
    path           TEXT NOT NULL,
    size           BIGINT NOT NULL,
    crc32          BIGINT NOT NULL,
    FOREIGN KEY (task, attempt) REFERENCES attempt (task, number)
);
CREATE INDEX output_path ON output (path);
CREATE INDEX output_task ON output (task);

PRAGMA user_version = 1;
