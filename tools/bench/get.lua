-- wrk's GETs: the paths in the file PATHS, one after the other, with the key in KEY.

local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local headers = { ["Authorization"] = "Bearer " .. os.getenv("KEY") }
local number = 0

function request()
  number = number + 1
  return wrk.format("GET", paths[number % #paths + 1], headers)
end
