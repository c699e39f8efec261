-- `:checkhealth` and the help.

local t = ...
local step = t.step
local buffer = t.buffer

--- What `:checkhealth pinlens` shows.
local function health()
  vim.cmd('silent checkhealth pinlens')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd.bwipeout()
  return text
end

step(':checkhealth finds the binary, its version and the client', function()
  local text = health()
  for _, wanted in ipairs({
    'OK Neovim 0%.11',
    'OK server found: pinlens %d+%.%d+%.%d+ [^\n]*at /',
    'OK client %d+ is attached to %d+ buffer',
  }) do
    assert(text:find(wanted), ('no "%s" in\n%s'):format(wanted, text))
  end
  assert(not text:find('ERROR') and not text:find('WARNING'), text)
end)

step(':checkhealth tells of a binary that is not there', function()
  vim.g.pinlens_path = '/no/such/pinlens'
  local text = health()
  vim.g.pinlens_path = nil
  assert(text:find("ERROR '/no/such/pinlens' %(from vim.g.pinlens_path%) is not an executable"), text)
end)

step('the help has its tags', function()
  local copy = vim.fn.stdpath('cache') .. '/help'
  vim.fn.mkdir(copy .. '/doc', 'p')
  assert(vim.uv.fs_copyfile(vim.env.PINLENS_PLUGIN .. '/doc/pinlens.txt', copy .. '/doc/pinlens.txt'))
  vim.cmd.helptags(copy .. '/doc')
  vim.opt.runtimepath:append(copy)
  vim.cmd('silent help pinlens-settings')
  assert(vim.fn.expand('%:t') == 'pinlens.txt', vim.fn.expand('%:t'))
  vim.cmd.bwipeout()
end)
