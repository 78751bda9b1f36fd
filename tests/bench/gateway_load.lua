-- Signed orders for wrk, which has one thread: they are sent in order, every answer is looked at.
-- Arguments: the file (a length, a line feed, so many bytes; again and again), and what an answer
-- has in it that is what was asked for.

local only_thread

function setup(thread)
  only_thread = thread
end

function init(args)
  requests, sent, wrong, said = {}, 0, 0, ""
  wanted = args[2]
  local file = assert(io.open(args[1], "rb"))
  local length = file:read("*l")
  while length do
    table.insert(requests, file:read(tonumber(length)))
    length = file:read("*l")
  end
  file:close()
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function response(status, headers, body)
  if status ~= 200 or not string.find(body, wanted, 1, true) then
    wrong = wrong + 1
    said = status .. " " .. string.sub(body, 1, 200)
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  local figures = "\n@ %d %d %d %d %d %d %d\n@ %s\n"
  local last = only_thread:get("said"):gsub("%c", " ")
  io.write(figures:format(summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), only_thread:get("sent"), only_thread:get("wrong"), lost, last))
end
