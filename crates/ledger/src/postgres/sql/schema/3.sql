-- People: who they are, how they came, where they are logged in, and what was done. Times are of the wall.

CREATE TABLE person (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant   BIGINT NOT NULL,
    login    TEXT NOT NULL UNIQUE, -- in small letters
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    password TEXT NOT NULL, -- a hash, with its parameters
    created  BIGINT NOT NULL,
    disabled BIGINT -- since then
);
CREATE INDEX person_tenant ON person (tenant, id);

CREATE TABLE invitation (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant  BIGINT NOT NULL,
    hash    TEXT NOT NULL UNIQUE,
    login   TEXT, -- anybody's if there is none
    role    TEXT NOT NULL,
    maker   TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX invitation_tenant ON invitation (tenant, id);
CREATE INDEX invitation_expires ON invitation (expires);

CREATE TABLE session (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person  BIGINT NOT NULL,
    hash    TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    agent   TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX session_person ON session (person, id);
CREATE INDEX session_expires ON session (expires);
CREATE INDEX session_seen ON session (seen);

CREATE TABLE login_try ( -- one that did not succeed, or not yet
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login   TEXT NOT NULL,
    address TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX login_try_login ON login_try (login, at);
CREATE INDEX login_try_address ON login_try (address, at);
CREATE INDEX login_try_at ON login_try (at);

CREATE TABLE audit (
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    about  TEXT NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant, id);
CREATE INDEX audit_refused ON audit (tenant, about, at) WHERE what = 'login.refused';
