INSERT INTO once (tenant, key, fingerprint, batch, until) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (tenant, key) DO UPDATE SET fingerprint = excluded.fingerprint, batch = excluded.batch, transfer = NULL,
    until = excluded.until
