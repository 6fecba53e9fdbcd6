SELECT id FROM hopeful WHERE waits <= ? ORDER BY waits, id
