INSERT INTO pace (tenant, no, weight, queued_cap, running_cap, paused, queued, running, pass, went)
VALUES ($1, 0, $2, $3, $4, $5, 0, 0, 0, 0)
