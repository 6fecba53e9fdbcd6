INSERT INTO once (tenant, key, fingerprint, batch, until) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant, key) DO UPDATE SET fingerprint = excluded.fingerprint, batch = excluded.batch, transfer = NULL,
    until = excluded.until
