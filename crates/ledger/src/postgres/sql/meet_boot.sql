UPDATE house SET boot = $1 WHERE boot <> $1
