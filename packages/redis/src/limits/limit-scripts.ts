import { spanGraceMs, tolerance } from "@fairlead/store";
import { defineScript, late } from "../connection/script.ts";

// KEYS[1] begins the name of every key:
//   :rate:KEY    how full the bucket was (level) and when (at)
//   :quota:KEY:SPAN  what was spent
//   :slots:KEY   leases by their end

const clock = `
local P = KEYS[1]
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
local function number(value) return string.format('%.17g', value) end
`;

/** now (or ""), lease, charges (JSON), until when (of Redis): "late", nothing, or the place of the refusing one, how long, how much is left. */
export const take = defineScript(`${late}${clock}
local now, lease, charges = clock(ARGV[1]), ARGV[2], cjson.decode(ARGV[3])
local puts = {}

local look = {
  rate = function(charge)
    local key, rule, cost = P .. ':rate:' .. charge.key, charge.rule, charge.cost
    local kept = redis.call('HMGET', key, 'level', 'at')
    local level = 0
    if kept[1] then
      local passed = now - kept[2]
      if passed < 0 then
        -- Of a clock that was set back nothing is forgotten, and it goes on from there.
        redis.call('HSET', key, 'at', number(now))
        passed = 0
      end
      level = math.max(0, kept[1] - passed * rule.perSecond / 1000)
    end
    local over = level + cost - rule.burst
    if over > ${tolerance} then
      local remaining = math.max(0, math.floor(rule.burst - level + ${tolerance}))
      if cost > rule.burst + ${tolerance} then return math.huge, remaining end
      return math.ceil(over / rule.perSecond * 1000), remaining
    end
    puts[#puts + 1] = function()
      redis.call('HSET', key, 'level', number(level + cost), 'at', number(now))
      redis.call('PEXPIRE', key, math.ceil((level + cost) / rule.perSecond * 1000) + 1000)
    end
  end,
  quota = function(charge)
    local key = P .. ':quota:' .. charge.key .. ':' .. charge.span.id
    local limit, cost = charge.rule.limit, charge.cost
    local left = limit - tonumber(redis.call('GET', key) or 0)
    local life = math.max(0, charge.span.endsAt - now)
    if cost > left + ${tolerance} then
      if cost > limit then return math.huge, math.max(0, left) end
      return life, math.max(0, left)
    end
    puts[#puts + 1] = function()
      redis.call('SET', key, number(limit - left + cost), 'PX', math.ceil(life) + ${spanGraceMs})
    end
  end,
  slots = function(charge)
    local key, rule = P .. ':slots:' .. charge.key, charge.rule
    if rule.limit <= 0 then return math.huge, 0 end
    redis.call('ZREMRANGEBYSCORE', key, '-inf', number(now))
    -- The clock was set back.
    for _, late in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. number(now + rule.leaseMs), '+inf')) do
      redis.call('ZADD', key, number(now + rule.leaseMs), late)
    end
    if redis.call('ZCARD', key) >= rule.limit then return charge.retryMs, 0 end
    puts[#puts + 1] = function()
      redis.call('ZADD', key, number(now + rule.leaseMs), lease)
      redis.call('PEXPIRE', key, math.ceil(rule.leaseMs) + 1000)
    end
  end,
}

local worst, refused, remaining = -1, 0, 0
for place, charge in ipairs(charges) do
  local wait, left = look[charge.rule.kind](charge)
  if wait and wait > worst then worst, refused, remaining = wait, place, left end
end
if refused > 0 then
  return { refused, worst == math.huge and 'never' or number(worst), number(remaining) }
end
for _, put in ipairs(puts) do put() end
return {}`);

/** now (or ""), then key, lease and leaseMs of each. */
export const renew = defineScript(`${clock}
local now = clock(ARGV[1])
for at = 2, #ARGV, 3 do
  local key, lease, till = P .. ':slots:' .. ARGV[at], ARGV[at + 1], now + ARGV[at + 2]
  local held = redis.call('ZSCORE', key, lease)
  if held and tonumber(held) > now then
    redis.call('ZADD', key, number(till), lease)
    redis.call('PEXPIRE', key, math.ceil(tonumber(ARGV[at + 2])) + 1000)
  end
end
return 1`);

/** Key and lease of each. */
export const leave = defineScript(`
for at = 1, #ARGV, 2 do redis.call('ZREM', KEYS[1] .. ':slots:' .. ARGV[at], ARGV[at + 1]) end
return 1`);
