-- A block of requirements for a script that has none.

local t = ...
local step = t.step
local expect_findings = t.expect_findings
local expect_lines = t.expect_lines

local REPORT = 'tools/report.py'

step('a script of its own gets a block, and its finding goes', function()
  vim.fn.mkdir('tools')
  t.write_elsewhere(REPORT, '#!/usr/bin/env python3\nimport requests\n')
  t.open(REPORT)
  expect_findings(REPORT, { '2:8-16 ERROR undeclared-import' })
  t.act(REPORT, 2, 8, '^Write the requirements of tools/report%.py into it')
  expect_lines(REPORT, {
    '#!/usr/bin/env python3',
    '# /// script',
    '# requires-python = ">=3.12"',
    '# dependencies = [',
    '#     "requests",',
    '# ]',
    '# ///',
    '',
    'import requests',
  })
  expect_findings(REPORT, {})
end)

step('what is not imported any more is taken out of the block', function()
  vim.api.nvim_buf_set_lines(0, 4, 5, false, { '#     "requests",', '#     "rich",' })
  expect_findings(REPORT, { '6:8-12 WARN unused-requirement' })
  t.act(REPORT, 6, 9, '^Remove unused requirement rich')
  expect_findings(REPORT, {})
  vim.cmd('silent bwipeout! ' .. REPORT)
  vim.fn.delete('tools', 'rf')
end)
