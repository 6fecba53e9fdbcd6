UPDATE batch SET found = found + $1, skipped = skipped + $2 WHERE id = $3
