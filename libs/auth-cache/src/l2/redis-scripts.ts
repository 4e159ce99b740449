/**
 * What runs inside Redis, so that a look-up sees an entry and what is recorded against it at one moment, and a write
 * cannot slip in after a removal. Each script keeps to the slot of its first key, as a cluster demands.
 *
 * An entry is a hash of `v` (the sealed text), `r` and `c` (when it was resolved and checked), and `m` (the tags of the
 * marks that concern it). A mark is a hash of `removed` and `changed`, times up to which entries are void or overtaken.
 */

/** KEYS: entry. ARGV: prefix of marks. Answers nothing, or the sealed text and the two times of its marks. */
export const GET_SCRIPT = `
local entry = redis.pcall('HMGET', KEYS[1], 'v', 'm')
if entry.err or not entry[1] or not entry[2] then return false end
local times = {0, 0}
for tag in string.gmatch(entry[2], '%x+') do
  local mark = redis.call('HMGET', ARGV[1] .. tag, 'removed', 'changed')
  for i = 1, 2 do times[i] = math.max(times[i], tonumber(mark[i] or '0') or math.huge) end
end
return {entry[1], string.format('%.0f', times[1]), string.format('%.0f', times[2])}
`;

/**
 * KEYS: entry, index of its virtual key. ARGV: prefix of marks, tags, sealed text, resolved, checked, time to live in
 * milliseconds. Answers 1, or 0 when a removal or a later entry is there already.
 */
export const PUT_SCRIPT = `
for tag in string.gmatch(ARGV[2], '%x+') do
  local removed = redis.call('HGET', ARGV[1] .. tag, 'removed')
  if removed and (tonumber(removed) or math.huge) >= tonumber(ARGV[4]) then return 0 end
end
local checked = redis.pcall('HGET', KEYS[1], 'c')
if type(checked) == 'table' then redis.call('DEL', KEYS[1])
elseif checked and (tonumber(checked) or 0) > tonumber(ARGV[5]) then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[3], 'm', ARGV[2], 'r', ARGV[4], 'c', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('SADD', KEYS[2], KEYS[1])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[6]) then redis.call('PEXPIRE', KEYS[2], ARGV[6]) end
return 1
`;

/**
 * KEYS: mark, index of the virtual key. ARGV: `removed` or `changed`, time, time to live in milliseconds. A removal also
 * deletes the entries in the index.
 */
export const MARK_SCRIPT = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held or (tonumber(held) or 0) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if ARGV[1] == 'removed' then
  for _, entry in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', entry) end
  redis.call('DEL', KEYS[2])
end
return 1
`;
