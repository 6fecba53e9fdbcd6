SELECT state, tenant FROM batch WHERE id = $1 FOR UPDATE
