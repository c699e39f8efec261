-- Restart, crash and stop.

local t = ...
local step = t.step
local expect = t.expect
local expect_findings = t.expect_findings
local clients = t.clients
local QUEUE_APP = t.QUEUE_APP
local CELERY = t.CELERY
local exits = t.exits

step(':Pinlens restart ends the old process with code 0; the new one finds the same', function()
  local old = clients()[1].id
  vim.cmd('Pinlens restart')
  expect({ { 0, 0 } }, function()
    return exits
  end)
  expect(true, function()
    return #clients() == 1 and clients()[1].id ~= old
  end)
  expect_findings('app.py', { QUEUE_APP })
end)

step('a server that is killed comes back by itself, and works', function()
  local processes = vim.tbl_filter(function(process)
    return (vim.api.nvim_get_proc(process) or {}).name == 'pinlens'
  end, vim.api.nvim_get_proc_children(vim.fn.getpid()))
  assert(#processes == 1, vim.inspect(processes))
  local old = clients()[1].id
  assert(vim.uv.kill(processes[1], 'sigkill') == 0)
  expect(true, function()
    return #clients() == 1 and clients()[1].id ~= old
  end)
  expect_findings('app.py', { QUEUE_APP })
  expect_findings('requirements.txt', { CELERY })
  assert(vim.deep_equal(table.remove(exits), { 0, 9 }), vim.inspect(exits))
end)

step('stopping the client ends its process with code 0', function()
  vim.lsp.enable('pinlens', false)
  expect({ { 0, 0 }, { 0, 0 } }, function()
    return exits
  end)
  expect(0, function()
    return #clients()
  end)
end)
