UPDATE batch SET succeeded = succeeded + ?, failed = failed + ?, cancelled = cancelled + ?, last_event = last_event + ?
WHERE id = ?
RETURNING state, found - skipped - succeeded - failed - cancelled, last_event
