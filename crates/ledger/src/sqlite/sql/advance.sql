UPDATE tenant SET running = running + 1, pass = ? WHERE id = ?
