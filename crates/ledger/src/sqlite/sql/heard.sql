UPDATE task SET heard = ? WHERE id = ? AND state = 'ready' AND heard IS NOT NULL
