UPDATE batch SET waits = $1
WHERE state = 'sealed' AND seated AND waits IS NULL
  AND EXISTS (SELECT 1 FROM hopeful WHERE hopeful.id = batch.id)
  AND EXISTS (SELECT 1 FROM seatless WHERE seatless.batch = batch.id)
