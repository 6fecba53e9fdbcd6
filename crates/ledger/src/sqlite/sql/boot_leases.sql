UPDATE task SET lease = ? WHERE lease IS NOT NULL
