"""What Redis itself does for the relay: a library of functions, each of them all or nothing.

Redis checks the caller's own rights inside a function too, so the relay's user needs the commands
that are called here besides FCALL itself.
"""

from __future__ import annotations

import zlib

import redis

from pos_tui.cloud.relay.connection import Client

RELAY_COMMANDS = ("fcall", "ping", "get", "mget", "set", "time", "type", "xadd", "xtrim", "xrange")
# A cluster's client asks which node has what, and which of a command's words are keys.
CLUSTER_COMMANDS = ("cluster|slots", "command")

# keys: checkpoint, fence, then a stream for each post
# args: token, checkpoint seen, checkpoint wanted, how long a message is kept (ms), then one for
# each post: four lines, what to do (m = add, u<ms> = add unless there since ms, t<ms> = forget what
# is older), the signature, that under the key of before if there is one, the message
_PUBLISH = """
local fence = redis.call('GET', keys[2]) or '0'
if tonumber(args[1]) < tonumber(fence) then return 'fenced ' .. fence end
local at = redis.call('GET', keys[1]) or '0'
if at ~= args[2] then return at end
local known = {}
local function is_there(stream, since, m, s, p)
  local held = known[stream]
  if not held then
    held = {}
    local from = since .. '-0'
    while true do
      local found = redis.call('XRANGE', stream, from, '+', 'COUNT', 256)
      for _, entry in ipairs(found) do
        local fields = entry[2]
        for field = 3, #fields, 2 do held[fields[field + 1] .. fields[2]] = true end
      end
      if #found < 256 then break end
      from = '(' .. found[256][1]
    end
    known[stream] = held
  end
  return held[s .. m] or (p ~= '' and held[p .. m])
end
local clock = redis.call('TIME')
local oldest = string.format('%.0f', math.max(0, clock[1] * 1000 - args[4]))
local refused = {args[3]}
for i = 3, #keys do
  local act, since, s, p, m = string.match(args[i + 2], '^(%a)(%d*)\\n(%x*)\\n(%x*)\\n(.*)$')
  local done
  if redis.call('TYPE', keys[i]).ok ~= 'stream' and redis.call('TYPE', keys[i]).ok ~= 'none' then
    done = {err = 'there is something else under the stream\\'s name'}
  elseif act == 't' then
    done = redis.pcall('XTRIM', keys[i], 'MINID', '~', since)
  elseif act == 'u' and is_there(keys[i], since, m, s, p) then
    done = true
  elseif p == '' then
    done = redis.pcall('XADD', keys[i], 'MINID', '~', oldest, '*', 'm', m, 's', s)
  else
    done = redis.pcall('XADD', keys[i], 'MINID', '~', oldest, '*', 'm', m, 's', s, 'p', p)
  end
  if type(done) == 'table' and done.err then
    refused[#refused + 1] = (i - 3) .. ' ' .. done.err
  end
end
if tonumber(args[1]) > tonumber(fence) then redis.call('SET', keys[2], args[1]) end
redis.call('SET', keys[1], args[3])
if #refused > 1 then return refused end
return args[3]
"""

# keys: checkpoint, fence; args: token. From here on no older token publishes.
_TAKE = """
local fence = redis.call('GET', keys[2]) or '0'
if tonumber(args[1]) < tonumber(fence) then return 'fenced ' .. fence end
if tonumber(args[1]) > tonumber(fence) then redis.call('SET', keys[2], args[1]) end
local at = redis.call('GET', keys[1])
-- Somebody published here, and the checkpoint was taken away.
if not at and fence ~= '0' then return '0 lost' end
if not at then redis.call('SET', keys[1], '0') end
return at or '0'
"""

# keys: a lease each; args: owner, for how long (ms), the least token
# Returns a token for each lease that is the owner's now, and 0 for the others.
_LEASE = """
local clock = redis.call('TIME')
local fresh = math.max(clock[1] * 1000000 + clock[2], tonumber(args[3]))
local tokens = {}
for i = 1, #keys do
  local held = redis.pcall('GET', keys[i])
  local owner, token = string.match(type(held) == 'string' and held or '', '^(.*) (%d+)$')
  if type(held) == 'table' then
    tokens[i] = '0'
  elseif owner == args[1] and tonumber(token) >= tonumber(args[3]) then
    tokens[i] = token
  elseif owner == nil or owner == args[1] then
    tokens[i] = string.format('%.0f', fresh)
  else
    tokens[i] = '0'
  end
  if tokens[i] ~= '0' then
    redis.call('SET', keys[i], args[1] .. ' ' .. tokens[i], 'PX', args[2])
  end
end
return tokens
"""

_BODIES = {"publish": _PUBLISH, "take": _TAKE, "lease": _LEASE}

# Another text is another library: both may be there while one program follows the other.
LIBRARY_NAME = f"pos_tui_{zlib.crc32(''.join(_BODIES.values()).encode()):08x}"
LIBRARY = f"#!lua name={LIBRARY_NAME}\n" + "".join(
    f"redis.register_function('{LIBRARY_NAME}_{name}', function(keys, args)\n{body}\nend)\n"
    for name, body in _BODIES.items()
)


_Call = tuple[str, list[str], list[str | bytes | int]]


class FunctionsMissing(redis.RedisError):
    """Redis has not the relay's functions, and the relay's user may not load them."""


class Functions:
    """Calls the functions, and loads them where they are missing and this user may.

    A stand-in for Redis that cannot keep functions is given the same text by EVAL.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._is_eval = False

    def call(self, name: str, keys: list[str], args: list[str | bytes | int]) -> object:
        """One call's answer. Raises RedisError."""
        return self.call_many([(name, keys, args)])[0]

    def call_many(self, calls: list[_Call]) -> list[object]:
        """The answers to several calls that go to Redis together. Raises RedisError."""
        try:
            return self._send(calls)
        except redis.ResponseError as error:
            if not str(error).lower().startswith(("function not found", "unknown command")):
                raise
        try:
            self._client.function_load(LIBRARY, replace=True)
        except redis.RedisError as error:
            return self._send_text(calls, error)
        return self._send(calls)

    def _send(self, calls: list[_Call]) -> list[object]:
        if len(calls) == 1:
            words = self._words(*calls[0])
            return [self._client.execute_command(*words)]  # type: ignore[no-untyped-call]
        with self._client.pipeline(transaction=False) as pipeline:
            for call in calls:
                pipeline.execute_command(*self._words(*call))
            answers: list[object] = pipeline.execute()
        return answers

    def _words(
        self, name: str, keys: list[str], args: list[str | bytes | int]
    ) -> tuple[str | bytes | int, ...]:
        if self._is_eval:
            text = f"local keys, args = KEYS, ARGV\n{_BODIES[name]}"
            return ("EVAL", text, len(keys), *keys, *args)
        return ("FCALL", f"{LIBRARY_NAME}_{name}", len(keys), *keys, *args)

    def _send_text(self, calls: list[_Call], why: redis.RedisError) -> list[object]:
        self._is_eval = True
        try:
            return self._send(calls)
        except redis.RedisError as error:
            self._is_eval = False
            if not isinstance(error, redis.ResponseError):
                raise
            raise FunctionsMissing(
                f"Redis has not the relay's functions, and they cannot be loaded by this user"
                f" ({why}): run pos-tui enrol --everywhere"
            ) from error
