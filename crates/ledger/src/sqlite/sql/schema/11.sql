-- What people look at: use by day, what was done lately, and the newest dead letters.

CREATE INDEX usage_day ON usage (tenant, at);
CREATE INDEX usage_done ON usage (at);
CREATE INDEX task_dead ON task (since, id) WHERE state = 'failed';

PRAGMA user_version = 11;
