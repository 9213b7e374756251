-- wrk's POSTs of workouts; `tools/bench/members.py` says what the members send. From the environment: BODIES, a file with a
-- line for each member and @ in the place of the start; OFFSET, where to go on in it; ITEMS, how many to a request (0: one,
-- by itself); KEY, a partner's key, if any; DAYS, STARTS_A_DAY and HOURS_APART, as there.

local lines = {}
for line in io.lines(os.getenv("BODIES")) do
  local before, after = line:match("^(.*)@(.*)$")
  lines[#lines + 1] = { before, after }
end
local headers = { ["Content-Type"] = "application/json" }
if os.getenv("KEY") ~= "" then headers["Authorization"] = "Bearer " .. os.getenv("KEY") end
local items = tonumber(os.getenv("ITEMS"))
local days, starts, apart = tonumber(os.getenv("DAYS")), tonumber(os.getenv("STARTS_A_DAY")), tonumber(os.getenv("HOURS_APART"))
local number = tonumber(os.getenv("OFFSET"))
local now = os.time()

local function body()
  local turn = math.floor(number / #lines)
  local line = lines[number % #lines + 1]
  number = number + 1
  local start = now - turn % days * 86400 - (2 + math.floor(turn / days) % starts * apart) * 3600
  return line[1] .. os.date("!%Y-%m-%dT%H:%M:%SZ", start) .. line[2]
end

function request()
  if items == 0 then return wrk.format("POST", "/workouts", headers, body()) end
  local many = {}
  for n = 1, items do many[n] = body() end
  return wrk.format("POST", "/workouts/bulk", headers, '{"items":[' .. table.concat(many, ",") .. "]}")
end
