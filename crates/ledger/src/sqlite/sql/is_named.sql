SELECT EXISTS (SELECT 1 FROM output WHERE path = ? AND task = ? AND attempt = ?)
