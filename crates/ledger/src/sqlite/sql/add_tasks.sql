INSERT INTO task (id, batch, state, attempt, input_name, input_size, input_modified, input_hash) 
