import { defineScript, type Script } from "../connection/script.ts";

// Each transition is one script, so that of several processes the first end counts. KEYS[1] begins the
// name of every key. Times are of the clock of Redis, in milliseconds.
//
//   :t:ID    a task: facts, `q:KEY` an open question, `a:KEY` an answer that its worker has to hear of
//   :all     ids in the order of creation     :o:OWN   the same, of one owner
//   :running ids by the end of their lease    :r:OWN   the same, of one owner, in no order
//   :over    ids of ended ones by when their time is up
//   :seen    ids of those whose end was seen, in the order of that
//   :meta    of each id its owner and the size of its result, :chars sizes of owners (and of "" all)
//   :c:ID    the channel where changes are told

/** Milliseconds after which unused index keys expire. They outlive every task. */
const indexMs = 2 * 24 * 60 * 60_000;
/** A task is kept for so long after its time is up, if no process is there to forget it. */
const graceMs = 10 * 60_000;
/** How long a new task may be without a worker. */
export const claimMs = 60_000;

const common = `
local P = KEYS[1]
local function T(id) return P .. ':t:' .. id end
local function get(id, field) return redis.call('HGET', T(id), field) end

local function index(kind) redis.call('PEXPIRE', P .. kind, ${indexMs}) end

local function expire(id, now)
  local facts = redis.call('HMGET', T(id), 'bornAt', 'ttlMs', 'until')
  local till = math.max(facts[1] + facts[2], tonumber(facts[3] or 0))
  redis.call('PEXPIRE', T(id), math.ceil(math.max(0, till - now)) + ${graceMs})
end

local function changed(id, now)
  redis.call('HSET', T(id), 'updatedAt', now)
  redis.call('HINCRBY', T(id), 'version', 1)
  redis.call('PUBLISH', P .. ':c:' .. id, '')
end

-- Whether a task can still change; with a worker, only for the one that holds it. One that Redis has
-- evicted a part of cannot: it is forgotten when its lease is over.
local function open(id, worker)
  local facts = redis.call('HMGET', T(id), 'bornAt', 'end', 'worker')
  return facts[1] and not facts[2] and (worker == nil or facts[3] == worker)
    and redis.call('HEXISTS', P .. ':meta', id) == 1
end

local function isOver(id, now)
  local facts = redis.call('HMGET', T(id), 'end', 'bornAt', 'ttlMs')
  return facts[1] and facts[2] + facts[3] < now
end

local function addChars(own, by)
  if by == 0 then return end
  for _, whose in ipairs({ own, '' }) do
    if redis.call('HINCRBY', P .. ':chars', whose, by) <= 0 then
      redis.call('HDEL', P .. ':chars', whose)
    end
  end
  index(':chars')
end

local function stop(id, own)
  redis.call('ZREM', P .. ':running', id)
  redis.call('SREM', P .. ':r:' .. own, id)
end

local function ownerOf(id)
  local meta = redis.call('HGET', P .. ':meta', id)
  if not meta then return nil, 0 end
  local own, size = meta:match('^(%S+) (%d+)$')
  return own, tonumber(size)
end

local function forget(id)
  local own, size = ownerOf(id)
  redis.call('DEL', T(id))
  for _, kind in ipairs({ ':all', ':over', ':seen', ':running' }) do redis.call('ZREM', P .. kind, id) end
  if not own then return end
  redis.call('HDEL', P .. ':meta', id)
  redis.call('ZREM', P .. ':o:' .. own, id)
  stop(id, own)
  addChars(own, -size)
end

local function fits(limits, whose, own, tasks, running, chars)
  local has
  if whose == 'each' then
    has = { redis.call('ZCARD', P .. ':o:' .. own), redis.call('SCARD', P .. ':r:' .. own), own }
  else
    has = { redis.call('ZCARD', P .. ':all'), redis.call('ZCARD', P .. ':running'), '' }
  end
  local used = tonumber(redis.call('HGET', P .. ':chars', has[3]) or 0)
  return has[1] + tasks <= limits.tasks[whose] and has[2] + running <= limits.running[whose]
    and used + chars <= limits.characters[whose]
end

-- Whether so much more fits, once ends that were seen are forgotten, as many as it takes.
local function makeRoom(limits, own, tasks, chars)
  local mine, all
  local function look()
    mine = fits(limits, 'each', own, tasks, 0, chars)
    all = fits(limits, 'all', own, tasks, 0, chars)
    return mine and all
  end
  if look() then return true end
  for _, id in ipairs(redis.call('ZRANGE', P .. ':seen', 0, -1)) do
    if mine or ownerOf(id) == own then
      forget(id)
      if look() then return true end
    end
  end
  return false
end

-- 'said' are names and values of the fields that say how it ended.
local function finish(id, size, now, said)
  local own = ownerOf(id)
  redis.call('HDEL', T(id), 'worker', 'until', 'message')
  -- One by one: Lua cannot unpack more than 8,000 arguments.
  for _, field in ipairs(redis.call('HKEYS', T(id))) do
    local kind = field:sub(1, 2)
    if kind == 'q:' or kind == 'a:' then redis.call('HDEL', T(id), field) end
  end
  redis.call('HSET', T(id), unpack(said))
  stop(id, own)
  redis.call('HSET', P .. ':meta', id, own .. ' ' .. size)
  addChars(own, size)
  local facts = redis.call('HMGET', T(id), 'bornAt', 'ttlMs')
  redis.call('ZADD', P .. ':over', facts[1] + facts[2], id)
  for _, kind in ipairs({ ':over', ':meta' }) do index(kind) end
  expire(id, now)
  changed(id, now)
end

local function tail(from)
  local rest = {}
  for at = from, #ARGV do rest[#rest + 1] = ARGV[at] end
  return rest
end
`;

const script = (body: string): Script => defineScript(common + body);

/** id, own, owner, createdAt, bornAt, ttlMs, limits (JSON): 1, or 0 where there is no room. */
export const create = script(`
local id, own, now, limits = ARGV[1], ARGV[2], tonumber(ARGV[5]), cjson.decode(ARGV[7])
if not fits(limits, 'each', own, 0, 1, 0) or not fits(limits, 'all', own, 0, 1, 0) then return 0 end
if not makeRoom(limits, own, 1, 0) then return 0 end
local place = redis.call('INCR', P .. ':places')
redis.call('HSET', T(id), 'id', id, 'owner', ARGV[3], 'createdAt', ARGV[4], 'updatedAt', ARGV[4],
  'bornAt', ARGV[5], 'ttlMs', ARGV[6], 'version', 1)
redis.call('ZADD', P .. ':all', place, id)
redis.call('ZADD', P .. ':o:' .. own, place, id)
redis.call('ZADD', P .. ':running', now + ${claimMs}, id)
redis.call('SADD', P .. ':r:' .. own, id)
redis.call('HSET', P .. ':meta', id, own .. ' 0')
for _, kind in ipairs({ ':places', ':all', ':running', ':meta', ':o:' .. own, ':r:' .. own }) do
  index(kind)
end
expire(id, now)
return 1`);

/** id, now: names and values of its fields, none where it is not there. */
export const read = script(`
if isOver(ARGV[1], tonumber(ARGV[2])) then return {} end
return redis.call('HGETALL', T(ARGV[1]))`);

/** own, id and createdAt of the one before (or ""), limit, now: ids. */
export const list = script(`
local own, before, limit, now = ARGV[1], ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
local from, later = '-inf', nil
if before ~= '' then
  local place = redis.call('ZSCORE', P .. ':o:' .. own, before)
  if place then from = '(' .. place else later = tonumber(ARGV[3]) end
end
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. ':o:' .. own, from, '+inf')) do
  if #found == limit then break end
  local createdAt = get(id, 'createdAt')
  if createdAt and not isOver(id, now) and (not later or tonumber(createdAt) > later) then
    found[#found + 1] = id
  end
end
return found`);

/** id, worker, until, now: 1, or 0 where another has it. */
export const claim = script(`
local id, worker = ARGV[1], ARGV[2]
if not open(id) then return 0 end
local holder = get(id, 'worker')
if holder and holder ~= worker then return 0 end
redis.call('HSET', T(id), 'worker', worker, 'until', ARGV[3])
redis.call('ZADD', P .. ':running', ARGV[3], id)
expire(id, tonumber(ARGV[4]))
return 1`);

/** id, worker, until, now, ttlMs, "" or "=message": 1, or 0 where it is lost. */
export const heartbeat = script(`
local id, now, message = ARGV[1], tonumber(ARGV[4]), ARGV[6]
if not open(id, ARGV[2]) then return 0 end
redis.call('HSET', T(id), 'until', ARGV[3], 'ttlMs', ARGV[5])
redis.call('ZADD', P .. ':running', ARGV[3], id)
index(':running')
expire(id, now)
local before = get(id, 'message')
if message == '' and not before or before and message == '=' .. before then return 1 end
if message == '' then redis.call('HDEL', T(id), 'message')
else redis.call('HSET', T(id), 'message', message:sub(2)) end
changed(id, now)
return 1`);

/** id, worker, key, question, now. */
export const ask = script(`
local id = ARGV[1]
if not open(id, ARGV[2]) then return 0 end
local place = redis.call('HINCRBY', T(id), 'asked', 1)
redis.call('HSET', T(id), 'q:' .. ARGV[3], place .. ' ' .. ARGV[4])
changed(id, tonumber(ARGV[5]))
return 1`);

/** id, now, then keys and answers. */
export const answer = script(`
local id, given = ARGV[1], false
if not open(id) then return 0 end
for at = 3, #ARGV, 2 do
  if redis.call('HDEL', T(id), 'q:' .. ARGV[at]) == 1 then
    redis.call('HSET', T(id), 'a:' .. ARGV[at], ARGV[at + 1])
    given = true
  end
end
if given then changed(id, tonumber(ARGV[2])) end
return 1`);

/** id, worker, now, ttlMs, size, limits (JSON), then fields: 1, or 0 where it has ended or no room is. */
export const finish = script(`
local id, size = ARGV[1], tonumber(ARGV[5])
if not open(id, ARGV[2]) then return 0 end
if not makeRoom(cjson.decode(ARGV[6]), ownerOf(id), 0, size) then return 0 end
redis.call('HSET', T(id), 'ttlMs', ARGV[4])
finish(id, size, tonumber(ARGV[3]), tail(7))
return 1`);

/** id, now, then fields. */
export const cancel = script(`
if open(ARGV[1]) then finish(ARGV[1], 0, tonumber(ARGV[2]), tail(3)) end
return 1`);

/** id. */
export const seen = script(`
local id = ARGV[1]
if get(id, 'end') then
  redis.call('ZADD', P .. ':seen', 'NX', redis.call('INCR', P .. ':places'), id)
  for _, kind in ipairs({ ':seen', ':places' }) do index(kind) end
end
return 1`);

/** now, then the fields of those that end. */
export const sweep = script(`
local now = tonumber(ARGV[1])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. ':over', '-inf', '(' .. now, 'LIMIT', 0, 500)) do
  forget(id)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. ':running', '-inf', '(' .. now, 'LIMIT', 0, 500)) do
  if open(id) then
    finish(id, 0, now, tail(2))
  else
    forget(id)
    redis.call('PUBLISH', P .. ':c:' .. id, '')
  end
end
return 1`);
