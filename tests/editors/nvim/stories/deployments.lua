-- Dockerfiles and compose files.

local t = ...
local step = t.step
local expect = t.expect
local open = t.open
local buffer = t.buffer
local write_elsewhere = t.write_elsewhere
local ask = t.ask
local say = t.say
local LIMIT = t.LIMIT
local before = t.before

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
