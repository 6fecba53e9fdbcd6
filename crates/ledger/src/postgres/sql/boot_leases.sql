UPDATE task SET lease = $1 WHERE lease IS NOT NULL
