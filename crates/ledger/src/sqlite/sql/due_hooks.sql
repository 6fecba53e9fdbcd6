-- Hooks that are on and have something due, and how much of theirs is on its way. 1: ticks
SELECT id, (SELECT count(*) FROM delivery WHERE hook = hook.id AND lease > ?1) AS running
FROM hook
WHERE off IS NULL AND EXISTS (
    SELECT 1 FROM delivery WHERE hook = hook.id AND state = 'waiting' AND due <= ?1 AND coalesce(lease, ?1) <= ?1)
