UPDATE batch SET found = found + ?, skipped = skipped + ? WHERE id = ?
