SELECT count(*), coalesce(sum(cost ->> '$.pixels'), 0) FROM usage WHERE at >= ? AND state = 'succeeded'
