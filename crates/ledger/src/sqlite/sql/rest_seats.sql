UPDATE seat SET rest = ? WHERE task = ? AND attempt = ?
