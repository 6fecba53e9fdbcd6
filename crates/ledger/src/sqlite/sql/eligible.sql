SELECT id, weight, running_cap - running, CASE WHEN tenant.pass > house.pass THEN tenant.pass ELSE house.pass END
FROM tenant CROSS JOIN house
WHERE tenant.paused = 0 AND house.paused = 0 AND running < running_cap AND queued > running
