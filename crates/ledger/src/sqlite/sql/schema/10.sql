-- Photos and assets are found by their bytes.

CREATE INDEX upload_hash ON upload (tenant, sha256, id) WHERE state = 'completed' AND sha256 IS NOT NULL;

PRAGMA user_version = 10;
