UPDATE batch SET waits = ?
WHERE state = 'sealed' AND seated = 1 AND waits IS NULL
  AND id IN (SELECT id FROM hopeful) AND id IN (SELECT batch FROM seatless)
