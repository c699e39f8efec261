-- `:Pinlens` and its commands.

local t = ...
local step = t.step
local expect = t.expect
local open = t.open
local expect_findings = t.expect_findings
local clients = t.clients
local QUEUE_APP = t.QUEUE_APP

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
