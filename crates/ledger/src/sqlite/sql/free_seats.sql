DELETE FROM seat WHERE task = ? AND attempt = ?
