-- Starts pinlens for Python and requirements files, and brings the command `:Pinlens`. To leave it out, set
-- `vim.g.loaded_pinlens` before the plugins are loaded.
if vim.g.loaded_pinlens then
  return
end
vim.g.loaded_pinlens = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('pinlens needs Neovim 0.11 or newer', vim.log.levels.WARN)
  return
end

vim.lsp.enable('pinlens')

vim.api.nvim_create_user_command('Pinlens', function(call)
  require('pinlens.commands').run(call.fargs[1], call.fargs[2])
end, {
  nargs = '+',
  complete = function(start, line)
    local commands = require('pinlens.commands')
    if line:match('^%s*%S+%s+explain%s') then
      return commands.codes(start)
    end
    return line:match('^%s*%S+%s+%S*$') and commands.names(start) or {}
  end,
  desc = 'Check, explain, fix, trace, or restart pinlens',
})
