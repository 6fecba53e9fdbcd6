SELECT id, name, weight, queued_cap, running_cap, paused, queued, running FROM tenant WHERE id = ?
