SELECT DISTINCT task, attempt FROM seat WHERE rest <= ?
