SELECT id FROM batch WHERE state IN ('open', 'sealed') ORDER BY id
