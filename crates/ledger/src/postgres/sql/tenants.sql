SELECT tenant.id, tenant.name, pace.weight, pace.queued_cap, pace.running_cap, pace.paused, pace.queued, pace.running
FROM tenant JOIN LATERAL (SELECT * FROM pace WHERE pace.tenant = tenant.id ORDER BY no DESC LIMIT 1) AS pace ON TRUE
ORDER BY tenant.id
