DELETE FROM once WHERE until <= $1
