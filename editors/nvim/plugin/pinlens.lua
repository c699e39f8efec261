-- Tells Neovim which files are requirements, and starts pinlens for them and for Python. To leave it out, set
-- `vim.g.loaded_pinlens` before the plugins are loaded.
if vim.g.loaded_pinlens then
  return
end
vim.g.loaded_pinlens = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('pinlens needs Neovim 0.11 or newer', vim.log.levels.WARN)
  return
end

-- The names that the server takes for requirements. Neovim itself calls requirements-dev.txt text, and base.in nothing.
vim.filetype.add({
  pattern = {
    ['.*[Rr]equirement.*%.txt'] = 'requirements',
    ['.*[Rr]equirement.*%.in'] = 'requirements',
    ['.*[Cc]onstraint.*%.txt'] = 'requirements',
    ['.*[Cc]onstraint.*%.in'] = 'requirements',
    ['.*/requirements/[^/]*%.txt'] = 'requirements',
    ['.*/requirements/[^/]*%.in'] = 'requirements',
    ['.*/reqs/[^/]*%.txt'] = 'requirements',
    ['.*/reqs/[^/]*%.in'] = 'requirements',
  },
})

vim.lsp.enable('pinlens')

vim.api.nvim_create_user_command('PinlensRestart', function()
  vim.lsp.enable('pinlens', false)
  -- the old process must have let go of its buffers before the new client takes them
  vim.wait(2000, function()
    return #vim.lsp.get_clients({ name = 'pinlens' }) == 0
  end, 20)
  vim.lsp.enable('pinlens', true)
end, { desc = 'Start the pinlens server again' })
