-- Hover, definitions and lenses.

local t = ...
local step = t.step
local expect = t.expect
local open = t.open
local clients = t.clients
local ask = t.ask

step('hover tells of an import its distribution and file, and of a requirement who imports it', function()
  local text = vim.inspect(ask('textDocument/hover', 'app.py', 4, 7))
  assert(text:find('flask') and text:find('requirements.txt', 1, true), text)
  text = vim.inspect(ask('textDocument/hover', 'requirements.txt', 2, 2))
  assert(text:find('app.py', 1, true), text)
end)

step('going to the definition of an import goes to its requirement', function()
  open('app.py')
  vim.api.nvim_win_set_cursor(0, { 4, 6 })
  vim.lsp.buf.definition()
  expect({ 'requirements.txt', 2 }, function()
    return { vim.fn.expand('%:t'), vim.fn.line('.') }
  end)
end)

step('the code lens of a requirement lists its imports', function()
  open('requirements.txt')
  vim.lsp.codelens.refresh({ bufnr = 0 })
  local lens
  expect(true, function()
    lens = vim.iter(vim.lsp.codelens.get(0)):find(function(one)
      return one.range.start.line == 1 and one.command and one.command.command == 'pinlens.showReferences'
    end)
    return lens ~= nil
  end)
  vim.fn.setqflist({})
  clients()[1]:exec_cmd(lens.command, { bufnr = 0 })
  expect(true, function()
    return vim.iter(vim.fn.getqflist()):any(function(item)
      return vim.fs.basename(vim.api.nvim_buf_get_name(item.bufnr)) == 'app.py' and item.lnum == 4
    end)
  end)
  vim.cmd.cclose()
end)
