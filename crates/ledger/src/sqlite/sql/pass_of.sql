SELECT weight, CASE WHEN tenant.pass > house.pass THEN tenant.pass ELSE house.pass END
FROM tenant CROSS JOIN house WHERE id = ?
