SELECT fingerprint, batch FROM once WHERE tenant = ? AND key = ? AND until > ?
