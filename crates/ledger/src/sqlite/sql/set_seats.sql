INSERT INTO pool (name, capacity, used) VALUES (?, ?, 0) ON CONFLICT (name) DO UPDATE SET capacity = excluded.capacity
