SELECT tenant.id, tenant.name, pace.weight, pace.queued_cap, pace.running_cap, pace.paused, pace.queued, pace.running
FROM tenant JOIN pace ON pace.tenant = tenant.id WHERE tenant.id = $1
ORDER BY pace.no DESC LIMIT 1
