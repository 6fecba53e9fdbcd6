UPDATE tenant SET name = ?, weight = ?, queued_cap = ?, running_cap = ?, paused = ? WHERE id = ? RETURNING id
