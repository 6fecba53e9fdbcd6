UPDATE batch SET state = 'cancelling', waits = NULL WHERE id = $1
