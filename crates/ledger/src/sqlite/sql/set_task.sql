UPDATE task SET state = ?, photo_faults = ?, expiries = ?, due = ?, heard = ?, since = ?, lease = NULL WHERE id = ?
