-- One session of a user in a real Neovim, story by story. The current folder is a copy of the example application.
-- A story goes on where the one before it ended; one that fails does not keep the others from running.

local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(here .. '/lib.lua')

vim.o.autoread = true
vim.lsp.config('pinlens', {
  on_exit = {
    vim.lsp.config.pinlens.on_exit,
    function(code, signal)
      table.insert(t.exits, { code, signal })
    end,
  },
})

for _, name in ipairs({
  'opening',
  'navigation',
  'fixes',
  'disk',
  'deployments',
  'health',
  'changes',
  'commands',
  'install',
  'update',
  'script',
  'lifecycle',
}) do
  assert(loadfile(('%s/stories/%s.lua'):format(here, name)))(t)
end

t.say(('%d passed, %d failed'):format(t.passed, t.failed))
vim.cmd(t.failed == 0 and 'qall!' or 'cquit 1')
