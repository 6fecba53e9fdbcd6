-- 1: JSON array of input names; no bell is rung for the house, which alone asks
SELECT input_name, input_size, input_modified, input_hash, output.rendition, rendition_hash, output.path, output.size, crc32, output.name
FROM json_each(?1) AS asked
JOIN task ON task.input_name = asked.value AND task.heard IS NULL
JOIN output ON output.task = task.id
WHERE NOT EXISTS (SELECT 1 FROM output newer WHERE newer.path = output.path AND newer.id > output.id)
ORDER BY output.id
