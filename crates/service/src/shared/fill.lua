-- Fills the cache, unless the subject changed since it was looked at.
-- KEYS: the answer; the generation of its subject. ARGV: the generation that was seen; the answer; its milliseconds.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'answer', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
