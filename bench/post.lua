-- wrk's requests: a run of one of 20,000 members each, on one of the last days. The key comes from FITBURN_API_KEY.

local headers = {
  ["Content-Type"] = "application/json",
  ["Authorization"] = "Bearer " .. os.getenv("FITBURN_API_KEY"),
}
local body = '{"user_id":"bench-%d","gender":"Male","age":30,"height_cm":180,"weight_kg":80,"ts":"%s",'
  .. '"duration_min":35,"distance_km":5.2,"avg_hr":145,"speed_kmh":8.9,"workout_type":"running"}'
local started = os.time()
local sent = 0

function request()
  sent = sent + 1
  -- Each round through the members is two hours before the one before, so that few workouts overlap.
  local round = math.floor(sent / 20000) % 80
  local ts = os.date("!%Y-%m-%dT%H:%M:%SZ", started - 3600 - round * 7200)
  return wrk.format("POST", "/workouts", headers, body:format(sent % 20000, ts))
end

function done(summary)
  io.write(string.format("refused: %d\n", summary.errors.status))
end
