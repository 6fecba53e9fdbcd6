SELECT id FROM batch
WHERE tenant = ? AND state = 'sealed'
  AND (seated = 0 OR NOT EXISTS (SELECT 1 FROM seatless WHERE seatless.batch = batch.id))
ORDER BY priority DESC, id
