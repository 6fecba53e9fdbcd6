-- Takes one from a token bucket, as `limits::Buckets` does: 0, or the seconds until there is one again.
-- KEYS: the bucket. ARGV: what comes in a second; what it holds; in tests, the time in microseconds.
local per_s, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local kept = redis.call('HMGET', KEYS[1], 'level', 'since')
local level, since = tonumber(kept[1] or burst), tonumber(kept[2] or now)
local passed = math.max(now - since, 0)
local seconds = math.floor(passed / 1000000)
seconds = seconds + (passed - seconds * 1000000) * 1000 / 1000000000
level = math.min(level + seconds * per_s, burst)
local after = 0
if level < 1 then
  after = math.max(math.ceil((1 - level) / per_s), 1)
else
  level = level - 1
end
redis.call('HSET', KEYS[1], 'level', string.format('%.17g', level), 'since', string.format('%.0f', now))
-- By then it is full again, which is what a bucket is that is not there.
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(math.ceil(burst / per_s) + 1, 86400000) * 1000))
return after
