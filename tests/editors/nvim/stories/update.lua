-- What the package index has that is newer, shown behind a pin and taken by an action. $PINLENS_SHOP.served is an index.

local t = ...
local step = t.step
local expect = t.expect

local list = vim.env.PINLENS_SHOP .. '/requirements-newest.txt'

--- Serves the index on loopback; gives its port and what ends it.
local function serve()
  local printed = ''
  local server = vim.system(
    { 'python3', '-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', vim.env.PINLENS_SHOP .. '.served' },
    { stdout = function(_, text)
      printed = printed .. (text or '')
    end }
  )
  local port
  expect(true, function()
    port = printed:match('port (%d+)')
    return port ~= nil
  end)
  return port, server
end

--- The hints that the editor shows, each with its line.
local function hints()
  return vim.tbl_map(function(one)
    return ('%d %s'):format(one.inlay_hint.position.line + 1, one.inlay_hint.label)
  end, vim.lsp.inlay_hint.get({ bufnr = t.buffer(list) }))
end

local port, server = serve()

step('a pin that is behind shows the newest version, once the index is switched on', function()
  t.write_elsewhere(list, ('--index-url http://127.0.0.1:%s/simple/\nredis==5.0.1\n'):format(port))
  t.open(list)
  local client
  expect(true, function()
    client = vim.lsp.get_clients({ bufnr = t.buffer(list), name = 'pinlens' })[1]
    return client ~= nil
  end)
  client.settings = { pinlens = { index = { enabled = true } } }
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  vim.lsp.inlay_hint.enable(true, { bufnr = t.buffer(list) })
  expect({ '2 newest 6.0.0 (major)' }, hints)
end)

step('the action updates it to the newest compatible version', function()
  expect(true, function()
    local offered = t.ask('textDocument/codeAction', list, 2, 1, {
      range = { start = { line = 1, character = 0 }, ['end'] = { line = 1, character = 0 } },
      context = { diagnostics = {} },
    })
    return vim.iter(offered):any(function(action)
      return action.title == 'Update redis to 5.0.2 (patch)'
    end)
  end)
  server:kill('sigterm')
  t.act(list, 2, 1, '^Update redis to 5%.0%.2 %(patch%)')
  expect('redis==5.0.2', function()
    return vim.api.nvim_buf_get_lines(t.buffer(list), 1, 2, false)[1]
  end)
  vim.lsp.inlay_hint.enable(false, { bufnr = t.buffer(list) })
  vim.cmd('silent bwipeout! ' .. vim.fn.fnameescape(list))
end)

step('the server of that project ends with its last file', function()
  local client = vim.iter(t.clients()):find(function(one)
    return one.root_dir ~= vim.uv.cwd()
  end)
  client:stop()
  expect(1, function()
    return #t.clients()
  end)
  expect({ { 0, 0 } }, function()
    return t.exits
  end)
  table.remove(t.exits)
end)
