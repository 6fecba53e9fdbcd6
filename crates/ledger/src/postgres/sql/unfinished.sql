SELECT id FROM batch WHERE state IN ('open', 'sealed', 'cancelling') ORDER BY id
