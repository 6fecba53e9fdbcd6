-- Looks into the cache: what is there, or the generation in which it may be filled.
-- KEYS: the answer; the generation of its subject. ARGV: a generation, should there be none; its milliseconds.
local generation = redis.call('GET', KEYS[2])
if not generation then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return {ARGV[1], false}
end
local kept = redis.call('HMGET', KEYS[1], 'generation', 'answer')
if kept[1] == generation then
  return {generation, kept[2]}
end
return {generation, false}
