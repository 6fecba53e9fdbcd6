UPDATE batch SET succeeded = succeeded + $1, failed = failed + $2, cancelled = cancelled + $3, last_event = last_event + $4
WHERE id = $5
RETURNING state, found - skipped - succeeded - failed - cancelled, last_event
