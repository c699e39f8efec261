-- Renamed files and changed settings.

local t = ...
local step = t.step
local expect = t.expect
local open = t.open
local findings = t.findings
local expect_findings = t.expect_findings
local clients = t.clients
local celery_findings = t.celery_findings
local QUEUE_APP = t.QUEUE_APP
local REDIS = t.REDIS
local QUEUE_CONFIG = t.QUEUE_CONFIG
local CELERY = t.CELERY

step('a renamed module takes its findings along, and its importer is told', function()
  open('rq_config.py')
  vim.cmd('silent! 0file | silent saveas queue_config.py')
  assert(vim.uv.fs_unlink('rq_config.py'))
  open('app.py')
  vim.cmd('silent write')
  expect_findings('queue_config.py', { REDIS, QUEUE_CONFIG })
  expect_findings('app.py', { QUEUE_APP, '9:10-19 WARN unresolved-import' })
  open('queue_config.py')
  vim.cmd('silent saveas rq_config.py')
  assert(vim.uv.fs_unlink('queue_config.py'))
  open('app.py')
  vim.cmd('silent write')
  expect_findings('app.py', { QUEUE_APP })
end)

step('a changed setting is taken by the running server', function()
  local client = clients()[1]
  local function set(settings)
    client.settings = { pinlens = settings }
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
  expect({ CELERY }, celery_findings)
  set({ keep = { 'celery' } })
  expect({}, celery_findings)
  set({ severity = { ['unused-requirement'] = 'info' } })
  expect({ (CELERY:gsub('WARN', 'INFO')) }, celery_findings)
  set(vim.empty_dict())
  expect({ CELERY }, celery_findings)
  assert(clients()[1].id == client.id, 'the server was started again')
end)
