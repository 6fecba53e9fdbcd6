UPDATE task SET state = ? WHERE id = ?
