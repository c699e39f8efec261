-- One session of a user in a real Neovim, step by step. The current folder is a copy of the example application.
-- Each step waits for what it wants, never for a time; a step that waits in vain fails with what it saw instead.

local LIMIT = 30000 -- milliseconds that a step may wait
local passed, failed = 0, 0

local function say(text)
  io.stdout:write(text .. '\n')
end

--- Runs one step and says how it went. Later steps run in any case: they tell more about a failure.
local function step(name, run)
  local ok, reason = xpcall(run, function(err)
    return type(err) == 'string' and err or vim.inspect(err)
  end)
  if ok then
    passed = passed + 1
    say('ok    ' .. name)
  else
    failed = failed + 1
    say('FAIL  ' .. name .. '\n      ' .. tostring(reason):gsub('\n', '\n      '))
  end
end

--- Waits until `observe()` equals `wanted`.
local function expect(wanted, observe)
  local seen
  local reached = vim.wait(LIMIT, function()
    seen = observe()
    return vim.deep_equal(seen, wanted)
  end, 10)
  if not reached then
    error('wanted ' .. vim.inspect(wanted) .. '\nsaw ' .. vim.inspect(seen), 0)
  end
end

--- Goes to a file. `:edit` alone would refuse to go to where it is already, if that is not saved.
local function open(name)
  if vim.fn.expand('%:p') ~= vim.fn.fnamemodify(name, ':p') then
    vim.cmd.edit(name)
  end
end

local function buffer(name)
  return vim.fn.bufnr(vim.fn.fnamemodify(name, ':p'))
end

--- The findings of a file, opened or not: `line:column-column severity code`, from 1, in the file's order.
local function findings(name)
  local number = buffer(name)
  local found = number < 0 and {} or vim.diagnostic.get(number)
  table.sort(found, function(a, b)
    return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
  end)
  return vim.tbl_map(function(d)
    local severity = vim.diagnostic.severity[d.severity]
    return ('%d:%d-%d %s %s'):format(d.lnum + 1, d.col + 1, d.end_col + 1, severity, d.code)
  end, found)
end

local function expect_findings(name, wanted)
  expect(wanted, function()
    return findings(name)
  end)
end

local function expect_lines(name, wanted)
  expect(wanted, function()
    return vim.api.nvim_buf_get_lines(buffer(name), 0, -1, false)
  end)
end

--- Applies the only action whose title matches, at a place of a file.
local function act(name, line, column, title)
  open(name)
  vim.api.nvim_win_set_cursor(0, { line, column - 1 })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find(title) ~= nil
    end,
  })
end

--- Writes a file as another program would.
local function write_elsewhere(name, text)
  local result = vim.system({ 'sh', '-c', 'cat > "$1"', 'sh', name }, { stdin = text }):wait()
  assert(result.code == 0, result.stderr)
end

local function clients()
  return vim.lsp.get_clients({ name = 'pinlens' })
end

local QUEUE_APP = '7:10-16 ERROR undeclared-import'
local REDIS = '5:6-11 ERROR undeclared-import'
local QUEUE_CONFIG = '6:6-8 ERROR undeclared-import'
local CELERY = '6:1-14 WARN unused-requirement'
local exits = {}

vim.o.autoread = true
vim.lsp.config('pinlens', {
  on_exit = function(code, signal)
    table.insert(exits, { code, signal })
  end,
})

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

local before = vim.fn.readfile('requirements.txt')
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

step('the action "Remove" takes out the unused requirement with its heading, and nothing else', function()
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

local function celery_findings()
  return vim.tbl_filter(function(finding)
    return finding:find('unused%-requirement') ~= nil
  end, findings('requirements.txt'))
end

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

step('pyproject.toml is given to the server, other TOML files are not', function()
  local function is_attached(name)
    return #vim.lsp.get_clients({ bufnr = buffer(name) }) == 1
  end
  open('Cargo.toml')
  open('pyproject.toml')
  expect(true, function()
    return is_attached('pyproject.toml')
  end)
  assert(not is_attached('Cargo.toml'), 'Cargo.toml is attached')
  vim.cmd('silent bwipeout Cargo.toml pyproject.toml')
end)

--- What `:checkhealth pinlens` shows.
local function health()
  vim.cmd('silent checkhealth pinlens')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd.bwipeout()
  return text
end

step(':checkhealth finds the binary, its version and the client', function()
  local text = health()
  for _, wanted in ipairs({
    'OK Neovim 0%.11',
    'OK server found: pinlens %d+%.%d+%.%d+ at /',
    'OK client %d+ is attached to %d+ buffer',
  }) do
    assert(text:find(wanted), ('no "%s" in\n%s'):format(wanted, text))
  end
  assert(not text:find('ERROR') and not text:find('WARNING'), text)
end)

step(':checkhealth tells of a binary that is not there', function()
  vim.g.pinlens_path = '/no/such/pinlens'
  local text = health()
  vim.g.pinlens_path = nil
  assert(text:find("ERROR '/no/such/pinlens' %(from vim.g.pinlens_path%) is not an executable"), text)
end)

step('the help has its tags', function()
  local copy = vim.fn.stdpath('cache') .. '/help'
  vim.fn.mkdir(copy .. '/doc', 'p')
  assert(vim.uv.fs_copyfile(vim.env.PINLENS_PLUGIN .. '/doc/pinlens.txt', copy .. '/doc/pinlens.txt'))
  vim.cmd.helptags(copy .. '/doc')
  vim.opt.runtimepath:append(copy)
  vim.cmd('silent help pinlens-settings')
  assert(vim.fn.expand('%:t') == 'pinlens.txt', vim.fn.expand('%:t'))
  vim.cmd.bwipeout()
end)

step(':PinlensRestart ends the old process with code 0; the new one finds the same', function()
  local old = clients()[1].id
  vim.cmd.PinlensRestart()
  expect({ { 0, 0 } }, function()
    return exits
  end)
  expect(true, function()
    return #clients() == 1 and clients()[1].id ~= old
  end)
  expect_findings('app.py', { QUEUE_APP })
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

say(('%d passed, %d failed'):format(passed, failed))
vim.cmd(failed == 0 and 'qall!' or 'cquit 1')
