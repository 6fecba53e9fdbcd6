UPDATE batch SET state = $1, ended = $2, waits = NULL WHERE id = $3
