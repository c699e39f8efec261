--- Where the server's binary is: the one place that knows, for the client's configuration and for `:checkhealth`.
local M = {}

--- The command that starts pinlens: `vim.g.pinlens_path`, else `$PINLENS_PATH`, else `pinlens` on PATH.
--- An empty text is as good as none, and `~` is expanded.
---@return string path
---@return string origin in words, for messages
function M.find()
  for _, candidate in ipairs({
    { vim.g.pinlens_path, 'vim.g.pinlens_path' },
    { vim.env.PINLENS_PATH, '$PINLENS_PATH' },
  }) do
    local path, origin = candidate[1], candidate[2]
    if type(path) == 'string' and path ~= '' then
      return vim.fs.normalize(path, { expand_env = false }), origin
    end
  end
  return 'pinlens', 'PATH'
end

return M
