(SELECT tenant.id, name, weight, queued_cap, running_cap, paused, queued, running,
         greatest(pass, coalesce((SELECT max(went) FROM pace), 0)) AS pass
 FROM tenant JOIN LATERAL (SELECT * FROM pace WHERE pace.tenant = tenant.id ORDER BY no DESC LIMIT 1) AS pace ON TRUE) AS t
