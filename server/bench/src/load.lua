-- wrk … -s load.lua URL -- FILE RUN
-- Sends the requests of FILE in turn. They are read before the first is sent, so that sending costs next to nothing.
-- A request with {n} in it gets something there that no other request of any run has.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local text = file:read("*a")
  file:close()
  mark = args[2] .. "x" .. number .. "x"
  heads, tails, count, sent = {}, {}, 0, 0
  for whole in text:gmatch("(.-\r\n\r\n)") do
    count = count + 1
    local at = whole:find("{n}", 1, true)
    heads[count] = at and whole:sub(1, at - 1) or whole
    tails[count] = at and whole:sub(at + 3) or false
  end
  -- The second thread begins in the middle.
  place = math.floor(count * number / 2)
end

function request()
  place = place % count + 1
  local tail = tails[place]
  if not tail then return heads[place] end
  sent = sent + 1
  return heads[place] .. mark .. sent .. tail
end

-- No `response` function: with one, wrk copies every header into Lua, and takes that time from the server it measures.
-- It counts answers of 400 and above itself; the bench counts the rows that the answers left behind.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"answers":%d,"micros":%d,"p50":%d,"p99":%d,"p999":%d,"refused":%d,"broken":%d,"late":%d}\n',
    summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
