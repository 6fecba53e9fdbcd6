UPDATE batch SET state = 'sealed', ended = NULL WHERE id = $1
