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
  on_exit = {
    vim.lsp.config.pinlens.on_exit,
    function(code, signal)
      table.insert(exits, { code, signal })
    end,
  },
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

--- What the server answers to a request about a place of a file.
local function ask(method, name, line, column, more)
  open(name)
  local client = clients()[1]
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(0),
    position = { line = line - 1, character = column - 1 },
  }
  local answer = client:request_sync(method, vim.tbl_extend('error', params, more or {}), LIMIT, 0)
  assert(answer and not answer.err, vim.inspect(answer))
  return answer.result
end

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

--- The titles of the lenses of a file, each with its line.
local function lens_titles(name)
  local attached = vim.lsp.get_clients({ bufnr = buffer(name), name = 'pinlens' })[1]
  if not attached then
    return {}
  end
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer(name)) } }
  local answer = attached:request_sync('textDocument/codeLens', params, LIMIT, buffer(name))
  return vim.tbl_map(function(lens)
    return ('%d %s'):format(lens.range.start.line + 1, lens.command and lens.command.title or '')
  end, answer and answer.result or {})
end

local function has_lens(name, wanted)
  expect(true, function()
    return vim.iter(lens_titles(name)):any(function(title)
      return title:find(wanted, 1, true) ~= nil
    end)
  end)
end

step('a Dockerfile and a compose file say what follows of them, before they are saved', function()
  write_elsewhere('serve.py', 'import flask\n')
  write_elsewhere('Dockerfile', 'FROM python:3.12-slim\nCOPY . .\nRUN pip install flask\nCMD ["python", "serve.py"]\n')
  write_elsewhere('docker-compose.yml', 'services:\n  site:\n    build: .\n')
  open('docker-compose.yml')
  has_lens('docker-compose.yml', '2 installs no list that is known: starts')
  local text = vim.inspect(ask('textDocument/hover', 'docker-compose.yml', 2, 3))
  assert(text:find('site (docker-compose.yml:2)', 1, true), text)
  open('Dockerfile')
  has_lens('Dockerfile', '3 installs 1 distribution')
  text = vim.inspect(ask('textDocument/hover', 'Dockerfile', 4, 2))
  assert(text:find('serve.py', 1, true) and text:find('starts', 1, true), text)
  text = vim.inspect(ask('textDocument/hover', 'Dockerfile', 1, 2))
  assert(text:find('runs Python 3.12', 1, true), text)
  vim.api.nvim_buf_set_lines(buffer('Dockerfile'), 2, 3, false, { 'RUN pip install boltons' })
  has_lens('docker-compose.yml', 'crashes at serve.py:1')
  assert(vim.fn.readfile('Dockerfile')[3] == 'RUN pip install flask', 'the file on disk has changed')
  vim.cmd('silent bwipeout! Dockerfile docker-compose.yml')
  for _, name in ipairs({ 'serve.py', 'Dockerfile', 'docker-compose.yml' }) do
    vim.fn.delete(name)
  end
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
    'OK server found: pinlens %d+%.%d+%.%d+ [^\n]*at /',
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

step(':Pinlens completes its commands, and tells of one that there is not', function()
  assert(vim.deep_equal(vim.fn.getcompletion('Pinlens re', 'cmdline'), { 'restart' }), vim.inspect(vim.fn.getcompletion('Pinlens re', 'cmdline')))
  local told
  local notify = vim.notify
  vim.notify = function(text) ---@diagnostic disable-line: duplicate-set-field
    told = text
  end
  vim.cmd('Pinlens nonsense')
  vim.notify = notify
  assert(told and told:find('no command nonsense', 1, true), tostring(told))
end)

step(':Pinlens check lists what is found in the quickfix list', function()
  vim.fn.setqflist({})
  vim.cmd('Pinlens check')
  expect({
    'app.py:7:10-16 E undeclared-import',
    'requirements.txt:6:1-14 W unused-requirement',
    'rq_config.py:5:6-11 E undeclared-import',
    'rq_config.py:6:6-8 E undeclared-import',
  }, function()
    local list = vim.tbl_map(function(item)
      local name = vim.fs.basename(vim.api.nvim_buf_get_name(item.bufnr))
      return ('%s:%d:%d-%d %s %s'):format(name, item.lnum, item.col, item.end_col, item.type, item.text:match('^[%w-]+'))
    end, vim.fn.getqflist())
    table.sort(list)
    return list
  end)
  vim.cmd.cclose()
end)

step(':Pinlens explain shows the page of the finding under the cursor, and of a code that is named', function()
  local function page()
    return vim.bo.filetype == 'markdown' and vim.api.nvim_win_get_config(0).relative or ''
  end
  local function first()
    return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]
  end
  open('app.py')
  vim.api.nvim_win_set_cursor(0, { 7, 10 })
  vim.cmd('Pinlens explain')
  expect('editor', page)
  assert(first() == '# undeclared-import', first())
  vim.api.nvim_feedkeys('q', 'x', false)
  expect('', page)
  vim.cmd('Pinlens explain unused-requirement')
  expect('# unused-requirement', first)
  vim.api.nvim_feedkeys('q', 'x', false)
  assert(vim.deep_equal(vim.fn.getcompletion('Pinlens explain unp', 'cmdline'), { 'unpinned-requirement' }))
  assert(vim.fn.getcompletion('help Pinlens', 'cmdline')[1], 'no help')
  local docs = clients()[1].config.init_options.docs
  assert(vim.uv.fs_stat(vim.uri_to_fname(docs) .. '/undeclared-import.md'), docs)
end)

step(':Pinlens trace shows what main.py loads, and where it crashes', function()
  open('main.py')
  vim.cmd('Pinlens trace')
  expect('pinlens-trace', function()
    return vim.bo.filetype
  end)
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd.bwipeout()
  assert(text:find('crashes at app.py:7', 1, true), text)
end)

step(':Pinlens fix applies the safe fixes', function()
  open('app.py')
  vim.cmd('Pinlens fix')
  expect_findings('app.py', {})
  open('requirements.txt')
  vim.cmd('silent undo 0')
  open('app.py')
  expect_findings('app.py', { QUEUE_APP })
end)

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

say(('%d passed, %d failed'):format(passed, failed))
vim.cmd(failed == 0 and 'qall!' or 'cquit 1')
