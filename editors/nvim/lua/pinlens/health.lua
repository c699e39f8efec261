--- `:checkhealth pinlens`: whether all is there that pinlens needs, and what to do about what is not.
local M = {}

local binary = require('pinlens.binary')
local health = vim.health

local function check_neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. version)
  else
    health.error('Neovim ' .. version .. ' is too old', 'Install Neovim 0.11 or newer')
  end
end

--- What `PATH --version` prints, or nil and why there is nothing.
local function version_of(path)
  local started, process = pcall(vim.system, { path, '--version' }, { text = true, timeout = 5000 })
  if not started then
    return nil, tostring(process)
  end
  local result = process:wait()
  if result.code ~= 0 then
    return nil, ('exit code %d: %s'):format(result.code, vim.trim(result.stderr or ''))
  end
  return vim.trim(result.stdout)
end

local function check_binary()
  local path, origin = binary.find()
  if vim.fn.executable(path) == 0 then
    health.error(("'%s' (from %s) is not an executable"):format(path, origin), {
      'Put pinlens on PATH: `cargo install --path server/cli` in the folder of its source',
      'Or set vim.g.pinlens_path to the binary before the plugins are loaded',
    })
    return
  end
  local version, reason = version_of(path)
  if version then
    health.ok(('server found: %s at %s (from %s)'):format(version, vim.fn.exepath(path), origin))
  else
    health.error(('%s does not run: %s'):format(path, reason), 'Build it for this system')
  end
end

local function check_clients()
  if not vim.lsp.is_enabled('pinlens') then
    health.warn('pinlens is not enabled', "Call vim.lsp.enable('pinlens'), and leave vim.g.loaded_pinlens unset")
    return
  end
  local clients = vim.lsp.get_clients({ name = 'pinlens' })
  if #clients == 0 then
    health.info('no server runs: open a Python or requirements file')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    health.ok(('client %d is attached to %d buffer(s), root: %s'):format(client.id, buffers, client.root_dir or 'none'))
  end
end

--- Called by `:checkhealth`.
function M.check()
  health.start('pinlens')
  check_neovim()
  check_binary()
  check_clients()
end

return M
