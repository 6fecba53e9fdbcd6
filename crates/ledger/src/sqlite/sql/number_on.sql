UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?
