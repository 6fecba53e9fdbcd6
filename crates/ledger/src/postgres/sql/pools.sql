SELECT name, used, capacity FROM pool WHERE capacity > 0 OR used > 0 ORDER BY name
