--- `:Pinlens` and its subcommands.
local M = {}

local binary = require('pinlens.binary')

local function tell(text, level)
  vim.notify('pinlens: ' .. text, level or vim.log.levels.INFO)
end

--- The folder of the project: the root of the buffer's client, else of any, else the current folder.
---@return string
local function root()
  local client = vim.lsp.get_clients({ name = 'pinlens', bufnr = 0 })[1] or vim.lsp.get_clients({ name = 'pinlens' })[1]
  return client and client.root_dir or vim.fn.getcwd()
end

--- The options that make the command line read the environment that the server reads.
---@return string[]
local function environment()
  local settings = (vim.lsp.config.pinlens or {}).settings or {}
  local chosen = vim.tbl_get(settings, 'pinlens', 'environment')
  return type(chosen) == 'string' and chosen ~= '' and { '--env', chosen } or {}
end

--- Runs the binary in the project, and gives its result to `answer` once the editor can take it.
---@param words string[]
---@param answer fun(result: vim.SystemCompleted)
local function run(words, answer)
  local command = vim.list_extend({ (binary.find()) }, words)
  local started, reason = pcall(vim.system, command, { cwd = root(), text = true }, vim.schedule_wrap(answer))
  if not started then
    tell(tostring(reason), vim.log.levels.ERROR)
  end
end

--- The findings of `pinlens check --format json` as items of the quickfix list.
---@param report table
---@param folder string that the paths count from
---@return table[]
local function items(report, folder)
  local kinds = { error = 'E', warning = 'W', info = 'I', hint = 'N' }
  return vim.tbl_map(function(finding)
    local range = finding.range
    return {
      filename = vim.fs.joinpath(folder, finding.path),
      lnum = range.start.line,
      col = range.start.column,
      end_lnum = range['end'].line,
      end_col = range['end'].column,
      type = kinds[finding.severity],
      text = ('%s: %s'):format(finding.code, finding.message),
    }
  end, report.diagnostics)
end

--- Checks the files of the project as they were last saved, and lists what is found in the quickfix list.
local function check()
  local folder = root()
  run(vim.list_extend({ 'check', '--format', 'json' }, environment()), function(result)
    local read, report = pcall(vim.json.decode, result.stdout or '')
    if not read or type(report) ~= 'table' or not report.diagnostics then
      tell(vim.trim(result.stderr ~= '' and result.stderr or 'no report'), vim.log.levels.ERROR)
      return
    end
    vim.fn.setqflist({}, ' ', { title = 'pinlens check', items = items(report, folder) })
    if #report.diagnostics > 0 then
      vim.cmd.copen()
    else
      vim.cmd.cclose()
      tell('nothing found')
    end
  end)
end

--- Applies all safe fixes of the buffer.
local function fix()
  vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.pinlens' }, diagnostics = {} }, apply = true })
end

--- Shows what the file of the buffer loads when it is run first.
local function trace()
  local file = vim.api.nvim_buf_get_name(0)
  if vim.bo.filetype ~= 'python' or file == '' then
    tell('go to the Python file that is run first', vim.log.levels.WARN)
    return
  end
  local words = vim.list_extend({ 'trace' }, environment())
  run(vim.list_extend(words, { '--', file }), function(result)
    if result.code > 1 or result.stdout == '' then
      tell(vim.trim(result.stderr), vim.log.levels.ERROR)
      return
    end
    vim.cmd('botright new')
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = 'nofile', 'wipe', false
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(vim.trim(result.stdout), '\n'))
    vim.bo.modifiable, vim.bo.filetype = false, 'pinlens-trace'
  end)
end

--- The code of the finding under the cursor, or at least in its line.
---@return string?
local function code_here()
  local line, column = vim.fn.line('.') - 1, vim.fn.col('.') - 1
  local found = vim.tbl_filter(function(d)
    return d.source == 'pinlens'
  end, vim.diagnostic.get(0, { lnum = line }))
  table.sort(found, function(a, b)
    local function misses(d)
      return (d.col <= column and (d.end_lnum > line or column <= d.end_col)) and 0 or 1
    end
    return misses(a) < misses(b)
  end)
  return found[1] and tostring(found[1].code)
end

--- Shows a page in a window of its own above the text; `q` closes it.
---@param lines string[]
---@param title string
local function float(lines, title)
  local page = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(page, 0, -1, false, lines)
  vim.bo[page].bufhidden, vim.bo[page].modifiable, vim.bo[page].filetype = 'wipe', false, 'markdown'
  local width = math.max(20, math.min(100, vim.o.columns - 8))
  local height = math.max(5, math.min(#lines, vim.o.lines - 6))
  local window = vim.api.nvim_open_win(page, true, {
    relative = 'editor',
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.max(0, math.floor((vim.o.columns - width) / 2)),
    width = width,
    height = height,
    style = 'minimal',
    border = 'rounded',
    title = title,
  })
  vim.wo[window].wrap, vim.wo[window].linebreak = true, true
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = page, nowait = true })
end

--- Shows what a code means: the one that is given, else that of the finding under the cursor, else a list of all.
---@param code? string
local function explain(code)
  code = code or code_here()
  run(code and { 'explain', code } or { 'explain' }, function(result)
    if result.code ~= 0 then
      tell(vim.trim(result.stderr), vim.log.levels.ERROR)
      return
    end
    float(vim.split(vim.trim(result.stdout), '\n'), code or 'pinlens')
  end)
end

--- Ends the servers and starts new ones for the buffers that had one.
local function restart()
  vim.lsp.enable('pinlens', false)
  -- the old process must have let go of its buffers before the new client takes them
  vim.wait(2000, function()
    return #vim.lsp.get_clients({ name = 'pinlens' }) == 0
  end, 20)
  vim.lsp.enable('pinlens', true)
end

local function log()
  vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
end

local function info()
  vim.cmd('checkhealth pinlens')
end

local commands = { check = check, explain = explain, fix = fix, info = info, log = log, restart = restart, trace = trace }

--- Lists the imports of what stands at a place, in the quickfix list: the command of the server's code lenses.
---@param client_id integer
---@param uri string
---@param position lsp.Position
function M.references(client_id, uri, position)
  local client = assert(vim.lsp.get_client_by_id(client_id))
  local params = { textDocument = { uri = uri }, position = position, context = { includeDeclaration = false } }
  client:request('textDocument/references', params, function(err, found)
    if err or not found or #found == 0 then
      tell(err and err.message or 'no import', vim.log.levels.WARN)
      return
    end
    vim.fn.setqflist({}, ' ', { title = 'imports', items = vim.lsp.util.locations_to_items(found, client.offset_encoding) })
    vim.cmd.copen()
  end)
end

--- Called by `:Pinlens NAME`, and for `explain` with a code behind it.
---@param name string
---@param argument? string
function M.run(name, argument)
  local command = commands[name]
  if command and argument and name ~= 'explain' then
    tell(('%s takes nothing behind it'):format(name), vim.log.levels.ERROR)
  elseif command then
    command(argument)
  else
    tell(('no command %s; there are %s'):format(name, table.concat(M.names(), ', ')), vim.log.levels.ERROR)
  end
end

--- The subcommands that begin with `start`, sorted.
---@param start? string
---@return string[]
function M.names(start)
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, start or '')
  end, vim.tbl_keys(commands))
  table.sort(names)
  return names
end

--- The codes that begin with `start`, as the binary lists them.
---@param start string
---@return string[]
function M.codes(start)
  local started, process = pcall(vim.system, { (binary.find()), 'explain' }, { text = true, timeout = 2000 })
  local list = started and process:wait().stdout or ''
  local codes = {}
  for line in vim.gsplit(list, '\n') do
    local code = line:match('^[%w-]+')
    if code and vim.startswith(code, start) then
      table.insert(codes, code)
    end
  end
  return codes
end

return M
