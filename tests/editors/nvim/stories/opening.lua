-- Which files are given to the server, and what is found before they are opened.

local t = ...
local step = t.step
local expect = t.expect
local open = t.open
local buffer = t.buffer
local findings = t.findings
local expect_findings = t.expect_findings
local clients = t.clients
local QUEUE_APP = t.QUEUE_APP
local REDIS = t.REDIS
local QUEUE_CONFIG = t.QUEUE_CONFIG
local CELERY = t.CELERY
local before = t.before

step('requirements files have their file type, others keep theirs', function()
  for name, wanted in pairs({
    ['/p/requirements.txt'] = 'requirements',
    ['/p/requirements-dev.txt'] = 'requirements',
    ['/p/requirements_dev.txt'] = 'requirements',
    ['/p/dev-requirements.txt'] = 'requirements',
    ['/p/requirements/base.txt'] = 'requirements',
    ['/p/requirements/base.in'] = 'requirements',
    ['/p/requirements.in'] = 'requirements',
    ['/p/constraints-3.12.txt'] = 'requirements',
    ['/p/requirements/notes.md'] = 'markdown',
    ['/p/requirements_parser.py'] = 'python',
    ['/p/pyproject.toml'] = 'toml',
  }) do
    local found = vim.filetype.match({ filename = name })
    assert(found == wanted, ('%s is %s, not %s'):format(name, tostring(found), wanted))
  end
  for _, name in ipairs({ '/p/notes.txt', '/p/MANIFEST.in', '/p/requirements/sub/notes.txt' }) do
    assert(vim.filetype.match({ filename = name }) ~= 'requirements', name)
  end
end)

step('opening app.py starts one server, at the root of the project', function()
  open('app.py')
  expect({ vim.uv.cwd() }, function()
    return vim.tbl_map(function(client)
      return client.root_dir
    end, clients())
  end)
end)

step('app.py: rq is not declared', function()
  expect_findings('app.py', { QUEUE_APP })
end)

step('rq_config.py and requirements.txt have findings before they are opened', function()
  expect_findings('rq_config.py', { REDIS, QUEUE_CONFIG })
  expect_findings('requirements.txt', { CELERY })
end)

step('opening them changes nothing', function()
  open('rq_config.py')
  expect_findings('rq_config.py', { REDIS, QUEUE_CONFIG })
  open('requirements.txt')
  expect_findings('requirements.txt', { CELERY })
  expect({ 3, 1 }, function()
    return { vim.tbl_count((clients()[1] or {}).attached_buffers or {}), #clients() }
  end)
end)

step('the unused requirement is shown as unnecessary', function()
  local found = vim.diagnostic.get(buffer('requirements.txt'))[1]
  assert(found and found._tags and found._tags.unnecessary, vim.inspect(found))
end)
