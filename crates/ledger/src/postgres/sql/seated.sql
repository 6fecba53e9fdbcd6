UPDATE batch SET waits = NULL WHERE id = $1
