-- Files that other programs write.

local t = ...
local step = t.step
local open = t.open
local buffer = t.buffer
local findings = t.findings
local expect_findings = t.expect_findings
local write_elsewhere = t.write_elsewhere
local before = t.before

step('a file that another program writes is seen at the next save', function()
  write_elsewhere('worker.py', 'import yaml\n')
  vim.cmd('silent wall')
  expect_findings('worker.py', { '1:8-12 ERROR undeclared-import' })
end)

step('requirements.txt rewritten by another program is read again', function()
  local text = table.concat(vim.fn.readfile('requirements.txt'), '\n')
  write_elsewhere('requirements.txt', text .. '\nPyYAML==6.0\n')
  vim.cmd.checktime(buffer('requirements.txt'))
  expect_findings('worker.py', {})
end)

step('a file that another program deletes has no findings any more', function()
  write_elsewhere('requirements.txt', table.concat(before, '\n') .. '\n')
  vim.cmd.checktime(buffer('requirements.txt'))
  expect_findings('worker.py', { '1:8-12 ERROR undeclared-import' })
  assert(vim.uv.fs_unlink('worker.py'))
  open('app.py')
  vim.cmd('silent write')
  expect_findings('worker.py', {})
end)
