UPDATE tenant SET running = running + 1
WHERE id = ? AND running < running_cap AND tenant.paused = 0 AND EXISTS (SELECT 1 FROM house WHERE house.paused = 0)
