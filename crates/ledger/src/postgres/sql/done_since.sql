SELECT count(*), coalesce(sum((cost::JSONB ->> 'pixels')::BIGINT), 0)::BIGINT FROM usage WHERE at >= $1 AND state = 'succeeded'
