SELECT fingerprint, batch FROM once WHERE tenant = $1 AND key = $2 AND until > $3
