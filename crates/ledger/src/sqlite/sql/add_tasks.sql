INSERT INTO task (id, batch, state, attempt, heard, detail, input_name, input_size, input_modified, input_hash) 
