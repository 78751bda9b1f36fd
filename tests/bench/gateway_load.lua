-- Signed orders for wrk: every thread has its own part of a file, and looks at every answer.
-- Arguments: the file (a length, a line feed, so many bytes; again and again), how many threads
-- there are, and what an answer has in it that is what was asked for.

local threads = {}

function setup(thread)
  thread:set("part", #threads)
  table.insert(threads, thread)
end

function init(args)
  requests, sent, wrong, said = {}, 0, 0, ""
  local parts, number = tonumber(args[2]), 0
  wanted = args[3]
  local file = assert(io.open(args[1], "rb"))
  local length = file:read("*l")
  while length do
    local text = file:read(tonumber(length))
    if number % parts == part then
      table.insert(requests, text)
    end
    number = number + 1
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
  local sent_most, wrong_all, said_last = 0, 0, ""
  for _, thread in ipairs(threads) do
    sent_most = math.max(sent_most, thread:get("sent"))
    wrong_all = wrong_all + thread:get("wrong")
    if thread:get("said") ~= "" then
      said_last = thread:get("said")
    end
  end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  local figures = "\n@ %d %d %d %d %d %d %d\n@ %s\n"
  io.write(figures:format(summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), sent_most, wrong_all, lost, said_last:gsub("%c", " ")))
end
