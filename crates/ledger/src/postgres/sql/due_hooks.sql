-- Hooks that are on and have something due; nobody else takes any of theirs until the transaction ends. 1: ticks
SELECT id FROM hook
WHERE off IS NULL AND EXISTS (
    SELECT 1 FROM delivery WHERE hook = hook.id AND state = 'waiting' AND due <= $1 AND coalesce(lease, $1) <= $1)
FOR UPDATE SKIP LOCKED
