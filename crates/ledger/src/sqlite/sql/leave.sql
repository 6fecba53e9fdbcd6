UPDATE tenant SET running = running - ?, queued = queued - ? WHERE id = ?
