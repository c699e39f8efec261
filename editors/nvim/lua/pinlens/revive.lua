--- Starts a server again that ended without being asked to: Neovim itself leaves its buffers without one.
local M = {}

local MOST, WITHIN = 5, 180 -- so many starts in so many seconds; a server that fails more often is left alone
local starts = {}

--- Whether one more start is within the measure, now that it is `now` seconds since some moment.
local function is_worth_it(now)
  starts = vim.tbl_filter(function(start)
    return now - start < WITHIN
  end, starts)
  table.insert(starts, now)
  return #starts <= MOST
end

--- The `on_exit` of the client's configuration.
---@param code integer
---@param signal integer
function M.on_exit(code, signal)
  if code == 0 and signal == 0 then
    return
  end
  vim.schedule(function()
    if vim.v.exiting ~= vim.NIL or not vim.lsp.is_enabled('pinlens') then
      return
    end
    if not is_worth_it(vim.uv.now() / 1000) then
      vim.notify('pinlens: the server ends again and again; :Pinlens restart tries once more', vim.log.levels.ERROR)
      return
    end
    -- the client is forgotten a little later than it ends; before that, it would be taken again
    vim.defer_fn(function()
      vim.lsp.enable('pinlens')
    end, 200)
  end)
end

return M
