UPDATE task SET state = 'running', attempt = attempt + 1, due = 0, lease = ? WHERE id = ?
