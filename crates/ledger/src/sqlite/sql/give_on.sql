UPDATE house SET last_batch = max(last_batch, ?), last_task = max(last_task, ?), pass = max(pass, ?)
