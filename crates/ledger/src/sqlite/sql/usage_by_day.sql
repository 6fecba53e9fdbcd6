SELECT at / 86400000 AS day, count(*), coalesce(sum(cost ->> '$.pixels'), 0), coalesce(sum(cost ->> '$.bytes_in'), 0),
       coalesce(sum(cost ->> '$.bytes_out'), 0), total(cost ->> '$.cpu_s')
FROM usage WHERE tenant = ? AND at >= ? AND at < ? AND state = 'succeeded' GROUP BY day ORDER BY day
