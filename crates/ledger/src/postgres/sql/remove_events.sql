DELETE FROM event WHERE batch = $1 AND number IS NOT NULL
  AND number < (SELECT min(number) FROM event WHERE batch = $1 AND number IS NOT NULL) + $2
