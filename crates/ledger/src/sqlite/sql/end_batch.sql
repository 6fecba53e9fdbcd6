UPDATE batch SET state = ?, ended = ?, waits = NULL WHERE id = ?
