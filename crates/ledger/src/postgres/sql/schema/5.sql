-- Archives that a worker is to build.

CREATE TABLE parcel (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant  BIGINT NOT NULL,
    batch   BIGINT NOT NULL,
    name    TEXT NOT NULL,
    size    BIGINT NOT NULL,
    files   BIGINT NOT NULL,
    state   TEXT NOT NULL,
    build   BIGINT NOT NULL, -- number of the newest one
    tries   BIGINT NOT NULL,
    until   BIGINT,          -- nobody else takes it before
    done    BIGINT NOT NULL, -- bytes
    why     TEXT,
    expires BIGINT NOT NULL,
    UNIQUE (tenant, batch, name)
);
CREATE INDEX parcel_open ON parcel (id) WHERE state IN ('wanted', 'building');
CREATE INDEX parcel_batch ON parcel (batch);
