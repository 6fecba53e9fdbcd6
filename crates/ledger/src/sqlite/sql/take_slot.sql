UPDATE tenant SET running = running + 1 WHERE id = ? AND running < running_cap AND paused = 0
