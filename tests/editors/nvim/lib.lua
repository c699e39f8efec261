-- What the stories share: steps, and what is seen of the editor. The current folder is a copy of the example application.
-- Each step waits for what it wants, never for a time; a step that waits in vain fails with what it saw instead.

local t = { passed = 0, failed = 0, exits = {} }

t.LIMIT = 30000 -- milliseconds that a step may wait
function t.say(text)
  io.stdout:write(text .. '\n')
end

--- Runs one step and says how it went. Later steps run in any case: they tell more about a failure.
function t.step(name, run)
  local ok, reason = xpcall(run, function(err)
    return type(err) == 'string' and err or vim.inspect(err)
  end)
  if ok then
    t.passed = t.passed + 1
    t.say('ok    ' .. name)
  else
    t.failed = t.failed + 1
    t.say('FAIL  ' .. name .. '\n      ' .. tostring(reason):gsub('\n', '\n      '))
  end
end

--- Waits until `observe()` equals `wanted`.
function t.expect(wanted, observe)
  local seen
  local reached = vim.wait(t.LIMIT, function()
    seen = observe()
    return vim.deep_equal(seen, wanted)
  end, 10)
  if not reached then
    error('wanted ' .. vim.inspect(wanted) .. '\nsaw ' .. vim.inspect(seen), 0)
  end
end

--- Goes to a file. `:edit` alone would refuse to go to where it is already, if that is not saved.
function t.open(name)
  if vim.fn.expand('%:p') ~= vim.fn.fnamemodify(name, ':p') then
    vim.cmd.edit(name)
  end
end

function t.buffer(name)
  return vim.fn.bufnr(vim.fn.fnamemodify(name, ':p'))
end

--- The findings of a file, opened or not: `line:column-column severity code`, from 1, in the file's order.
function t.findings(name)
  local number = t.buffer(name)
  local found = number < 0 and {} or vim.diagnostic.get(number)
  table.sort(found, function(a, b)
    return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
  end)
  return vim.tbl_map(function(d)
    local severity = vim.diagnostic.severity[d.severity]
    return ('%d:%d-%d %s %s'):format(d.lnum + 1, d.col + 1, d.end_col + 1, severity, d.code)
  end, found)
end

function t.expect_findings(name, wanted)
  t.expect(wanted, function()
    return t.findings(name)
  end)
end

function t.expect_lines(name, wanted)
  t.expect(wanted, function()
    return vim.api.nvim_buf_get_lines(t.buffer(name), 0, -1, false)
  end)
end

--- Applies the only action whose title matches, at a place of a file.
function t.act(name, line, column, title)
  t.open(name)
  vim.api.nvim_win_set_cursor(0, { line, column - 1 })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find(title) ~= nil
    end,
  })
end

--- Writes a file as another program would.
function t.write_elsewhere(name, text)
  local result = vim.system({ 'sh', '-c', 'cat > "$1"', 'sh', name }, { stdin = text }):wait()
  assert(result.code == 0, result.stderr)
end

function t.clients()
  return vim.lsp.get_clients({ name = 'pinlens' })
end

--- What the server answers to a request about a place of a file.
function t.ask(method, name, line, column, more)
  t.open(name)
  local client = vim.lsp.get_clients({ name = 'pinlens', bufnr = 0 })[1]
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(0),
    position = { line = line - 1, character = column - 1 },
  }
  local answer = client:request_sync(method, vim.tbl_extend('error', params, more or {}), t.LIMIT, 0)
  assert(answer and not answer.err, vim.inspect(answer))
  return answer.result
end

function t.celery_findings()
  return vim.tbl_filter(function(finding)
    return finding:find('unused%-requirement') ~= nil
  end, t.findings('requirements.txt'))
end

t.QUEUE_APP = '7:10-16 ERROR undeclared-import'
t.REDIS = '5:6-11 ERROR undeclared-import'
t.QUEUE_CONFIG = '6:6-8 ERROR undeclared-import'
t.CELERY = '6:1-14 WARN unused-requirement'
-- what requirements.txt says before anything is done
t.before = vim.fn.readfile('requirements.txt')

return t
