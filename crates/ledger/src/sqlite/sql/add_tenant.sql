INSERT INTO tenant (name, weight, queued_cap, running_cap, paused, queued, running, pass)
VALUES (?, ?, ?, ?, ?, 0, 0, 0) RETURNING id
