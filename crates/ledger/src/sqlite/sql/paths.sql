SELECT path FROM task JOIN output ON output.task = task.id WHERE task.batch = ? ORDER BY output.id
