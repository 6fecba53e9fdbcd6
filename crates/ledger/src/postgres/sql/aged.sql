SELECT id FROM hopeful WHERE waits <= $1 ORDER BY waits, id
