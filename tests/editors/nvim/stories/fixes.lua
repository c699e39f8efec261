-- Fixes and undo, and findings that follow what is typed.

local t = ...
local step = t.step
local expect = t.expect
local open = t.open
local buffer = t.buffer
local expect_findings = t.expect_findings
local expect_lines = t.expect_lines
local act = t.act
local celery_findings = t.celery_findings
local QUEUE_APP = t.QUEUE_APP
local REDIS = t.REDIS
local QUEUE_CONFIG = t.QUEUE_CONFIG
local CELERY = t.CELERY
local before = t.before

local with_redis = vim.list_extend(vim.list_slice(before), { 'redis==5.0.1' })

step('the action "Add redis" edits the requirements.txt buffer, with the installed version', function()
  act('rq_config.py', 5, 6, '^Add redis==5%.0%.1 ')
  expect_lines('requirements.txt', with_redis)
end)

step('and the finding goes, before anything is saved', function()
  expect_findings('rq_config.py', { QUEUE_CONFIG })
  assert(vim.deep_equal(vim.fn.readfile('requirements.txt'), before), 'the file on disk has changed')
end)

step('fixAll adds rq: both importers are clean', function()
  open('app.py')
  vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.pinlens' }, diagnostics = {} }, apply = true })
  expect_findings('app.py', {})
  expect_findings('rq_config.py', {})
end)

step('undo in requirements.txt brings both back', function()
  open('requirements.txt')
  vim.cmd('silent undo 0')
  expect_lines('requirements.txt', before)
  expect_findings('app.py', { QUEUE_APP })
  expect_findings('rq_config.py', { REDIS, QUEUE_CONFIG })
  vim.cmd('silent redo')
  expect_findings('app.py', {})
end)

step('the action "Remove" takes out the unused requirement with its heading, and no other', function()
  open('requirements.txt')
  vim.cmd('silent undo 0')
  expect_findings('requirements.txt', { CELERY })
  act('requirements.txt', 6, 1, '^Remove unused requirement celery')
  expect_lines('requirements.txt', vim.list_slice(before, 1, 3))
  expect_findings('requirements.txt', {})
  vim.cmd('silent undo 0')
end)

step('an unsaved declaration, typed into requirements.txt, clears its importers', function()
  vim.cmd('normal! Gorq')
  expect_findings('app.py', {})
  expect_findings('rq_config.py', { REDIS })
  vim.cmd('normal! oredis')
  expect_findings('rq_config.py', {})
end)

step('an import of celery, typed and not saved, clears the finding in requirements.txt', function()
  open('app.py')
  vim.cmd('normal! Goimport celery')
  expect({}, celery_findings)
  assert(vim.bo.modified, 'app.py was saved')
end)

step('undo brings it back', function()
  vim.cmd('silent undo')
  expect({ CELERY }, celery_findings)
end)
