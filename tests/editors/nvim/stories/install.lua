-- Installing what a list requires, by the user's own pip. $PINLENS_SHOP is a project with an empty environment.

local t = ...
local step = t.step
local expect = t.expect
local expect_findings = t.expect_findings

local shop = vim.env.PINLENS_SHOP
local list = shop .. '/requirements.txt'

local function installed()
  return #vim.fn.glob(shop .. '/.venv/lib/python*/site-packages/redis-5.0.1.dist-info', false, true)
end

--- Takes the action, and answers the question that follows.
local function install(answer)
  local asked
  local select = vim.ui.select
  vim.ui.select = function(items, options, choose) ---@diagnostic disable-line: duplicate-set-field
    asked = options.prompt
    local chosen = vim.iter(items):find(function(item)
      return item.title == answer
    end)
    choose(chosen)
  end
  t.act(list, 3, 1, '^Install what requirements%.txt requires into %.venv')
  expect(true, function()
    return asked ~= nil
  end)
  vim.ui.select = select
  assert(asked:find('pinlens: run `', 1, true) and asked:find('-r requirements.txt', 1, true), asked)
end

step('a requirement that the environment lacks is told', function()
  t.open(list)
  expect_findings(list, { '3:1-13 INFO not-installed' })
end)

step('nothing is installed without a yes', function()
  install('no such answer')
  assert(installed() == 0, 'it is installed')
  expect_findings(list, { '3:1-13 INFO not-installed' })
end)

step('the action installs it, and the finding goes', function()
  install('Run')
  expect(1, installed)
  expect_findings(list, {})
  vim.cmd('silent bwipeout ' .. vim.fn.fnameescape(list))
end)
