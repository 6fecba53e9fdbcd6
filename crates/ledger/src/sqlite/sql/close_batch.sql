UPDATE batch SET state = ?, ended = ? WHERE id = ?
