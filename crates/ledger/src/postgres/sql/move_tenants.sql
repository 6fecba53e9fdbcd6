WITH moved AS (
    SELECT * FROM json_to_recordset($1::JSON) AS moved (
        id BIGINT, name TEXT, weight BIGINT, queued_cap BIGINT, running_cap BIGINT, paused BOOLEAN, queued BIGINT,
        running BIGINT, pass BIGINT)),
new AS (
    INSERT INTO tenant (id, name) OVERRIDING SYSTEM VALUE SELECT id, name FROM moved ON CONFLICT DO NOTHING RETURNING id),
placed AS (INSERT INTO directory (tenant, database) SELECT id, 'main' FROM new)
INSERT INTO pace (tenant, no, weight, queued_cap, running_cap, paused, queued, running, pass, went)
SELECT id, 0, weight, queued_cap, running_cap, paused, queued, running, pass, 0 FROM moved JOIN new USING (id)
