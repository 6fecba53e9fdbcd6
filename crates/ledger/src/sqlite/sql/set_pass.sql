UPDATE tenant SET pass = ? WHERE id = ?
