-- Who users are to providers of OpenID Connect. Whoever has no password has '' for it.

CREATE TABLE identity (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    person  BIGINT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (person, issuer)
);

PRAGMA user_version = 14;
