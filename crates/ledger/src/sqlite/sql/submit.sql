UPDATE batch SET state = 'sealed', submitted = ? WHERE id = ?
