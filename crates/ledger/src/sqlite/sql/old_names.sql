DELETE FROM once WHERE until <= ?
