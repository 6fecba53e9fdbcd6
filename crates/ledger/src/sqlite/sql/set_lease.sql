UPDATE task SET lease = ? WHERE id = ?
