SELECT id FROM batch WHERE state = 'open' AND opened <= ? AND tenant <> 0
