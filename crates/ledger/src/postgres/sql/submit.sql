UPDATE batch SET state = 'sealed', submitted = $1 WHERE id = $2
