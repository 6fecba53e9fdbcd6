UPDATE house SET broom = $1, broom_until = $2 WHERE broom = $1 OR broom_until <= $3
