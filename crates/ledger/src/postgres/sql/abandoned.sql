SELECT id FROM batch WHERE state = 'open' AND opened <= $1 AND tenant <> 0
