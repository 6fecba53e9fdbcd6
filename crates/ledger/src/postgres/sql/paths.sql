SELECT path FROM task JOIN output ON output.task = task.id WHERE task.batch = $1 ORDER BY output.id
