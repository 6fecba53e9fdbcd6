-- 1: input names; no bell is rung for the house, which alone asks
SELECT input_name, input_size, input_modified, input_hash, output.rendition, rendition_hash, output.path, output.size, crc32, output.name
FROM task JOIN output ON output.task = task.id
WHERE task.input_name = ANY ($1) AND task.heard IS NULL
  AND NOT EXISTS (SELECT 1 FROM output newer WHERE newer.path = output.path AND newer.id > output.id)
ORDER BY output.id
