SELECT at / 86400000 AS day, count(*), coalesce(sum((cost::JSONB ->> 'pixels')::BIGINT), 0)::BIGINT,
       coalesce(sum((cost::JSONB ->> 'bytes_in')::BIGINT), 0)::BIGINT,
       coalesce(sum((cost::JSONB ->> 'bytes_out')::BIGINT), 0)::BIGINT,
       coalesce(sum((cost::JSONB ->> 'cpu_s')::FLOAT8), 0)
FROM usage WHERE tenant = $1 AND at >= $2 AND at < $3 AND state = 'succeeded' GROUP BY day ORDER BY day
