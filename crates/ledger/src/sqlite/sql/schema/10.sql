-- Photos and assets are found by their bytes.

<<<<<<< HEAD
CREATE INDEX upload_hash ON upload (tenant, sha256, id) WHERE state = 'completed' AND sha256 IS NOT NULL;
=======
CREATE INDEX usage_day ON usage (tenant, at);
CREATE INDEX usage_done ON usage (at);
CREATE INDEX task_dead ON task (since, id) WHERE state = 'failed';
>>>>>>> operations

PRAGMA user_version = 10;
