INSERT INTO batch (id, tenant, recipe, work, priority, seated, state, opened)
VALUES (nextval('batch_number'), $1, $2, $3, $4, $5, 'open', $6) RETURNING id
