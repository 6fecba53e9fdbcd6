SELECT task, attempt FROM seat WHERE rest <= $1
