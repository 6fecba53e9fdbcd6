SELECT state FROM batch WHERE id = ?
