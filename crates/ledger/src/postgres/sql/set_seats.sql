INSERT INTO pool (name, capacity, used) VALUES ($1, $2, 0) ON CONFLICT (name) DO UPDATE SET capacity = excluded.capacity
