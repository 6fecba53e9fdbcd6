-- Of each hook the first ones, of all first the first of each. 1: hooks, 2: ticks, 3: most a hook, 4: most, 5: end of the lease
UPDATE delivery SET attempt = attempt + 1, lease = $5
FROM (SELECT due.id
      FROM unnest($1::BIGINT[]) AS hook (id)
      CROSS JOIN LATERAL (
          SELECT id, due, row_number() OVER (ORDER BY due, id) AS place
          FROM (SELECT id, due FROM delivery
                WHERE delivery.hook = hook.id AND state = 'waiting' AND due <= $2 AND coalesce(lease, $2) <= $2
                ORDER BY due, id
                LIMIT greatest(0, $3 - (SELECT count(*) FROM delivery WHERE delivery.hook = hook.id AND lease > $2))) AS first
      ) AS due
      ORDER BY due.place, due.due, due.id LIMIT $4) AS taken
WHERE delivery.id = taken.id
RETURNING delivery.id
