-- Webhooks: whom tenants want told of events, and every message that is owed to them or was sent.

CREATE TABLE hook (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant  BIGINT NOT NULL,
    url     TEXT NOT NULL,
    events  TEXT NOT NULL, -- words with commas before, between and behind
    secrets TEXT NOT NULL, -- the newest first, a space between; plain, since both sides compute with them
    created BIGINT NOT NULL,
    off     BIGINT,        -- wall: it gets nothing since then
    why     TEXT,          -- and why
    failing BIGINT         -- wall: nothing has arrived since then
);
CREATE INDEX hook_tenant ON hook (tenant, id);

CREATE TABLE delivery (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hook      BIGINT NOT NULL,
    batch     BIGINT, -- from here on the event, and the batch as it was folded with it; nothing for a mere try
    number    BIGINT,
    kind      TEXT,
    task      BIGINT,
    at        BIGINT, -- wall
    found     BIGINT,
    skipped   BIGINT,
    succeeded BIGINT,
    failed    BIGINT,
    cancelled BIGINT,
    state     TEXT NOT NULL,
    attempt   BIGINT NOT NULL, -- the newest try
    forgiven  BIGINT NOT NULL, -- tries up to this one do not count any more
    due       BIGINT NOT NULL, -- ticks
    lease     BIGINT,          -- ticks: end of the newest try's, while it runs
    made      BIGINT NOT NULL  -- wall
);
CREATE INDEX delivery_hook ON delivery (hook, id);
CREATE INDEX delivery_due ON delivery (hook, due, id) WHERE state = 'waiting';
CREATE INDEX delivery_lease ON delivery (hook) WHERE lease IS NOT NULL;
CREATE INDEX delivery_made ON delivery (made);

CREATE TABLE tried ( -- the log of deliveries
    delivery BIGINT NOT NULL,
    attempt  BIGINT NOT NULL,
    at       BIGINT NOT NULL, -- wall
    took     BIGINT NOT NULL, -- milliseconds
    status   BIGINT,
    error    TEXT,
    excerpt  TEXT NOT NULL,
    PRIMARY KEY (delivery, attempt)
);
