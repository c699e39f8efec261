---@brief
--- pinlens keeps a Python workspace's imports and its requirements.txt consistent, as you type.
---
--- Every setting of pinlens goes below `settings.pinlens`; `:help pinlens-settings` lists them.

local binary = require('pinlens.binary')

--- Whether a file that is neither Python nor requirements matters. A client that started for every other TOML or YAML file
--- would index projects in other languages.
---@param name string
---@return boolean
local function is_manifest(name)
  local stem = name:match('^(.*)%.ya?ml$')
  if stem then
    return stem:find('^environment%f[%W_]') ~= nil or stem:find('[-_.]environment$') ~= nil
  end
  return vim.tbl_contains({ 'pyproject.toml', 'pinlens.toml', 'setup.cfg', 'Pipfile', 'pytest.ini' }, name)
end

--- The filetypes that need no second look.
local plain = { python = true, requirements = true }

--- The project of `path`: the nearest folder upward that holds `.git`, but never the home folder, whose `.git` keeps dotfiles;
--- else the nearest one with a file that speaks of requirements. Nil for a file that belongs to nothing.
---@param path string
---@return string?
local function root(path)
  local repository = vim.fs.root(path, '.git')
  if repository and repository ~= vim.fs.normalize(vim.uv.os_homedir() or '') then
    return repository
  end
  return vim.fs.root(path, { 'pinlens.toml', 'pyproject.toml', 'setup.cfg', 'Pipfile', 'environment.yml', 'requirements.txt' })
end

--- Where the pages of the diagnostics are, as a URI: in the repository that this plugin is a folder of. Clients that show
--- links at findings get them from there. Nil where the plugin came alone; `:Pinlens explain` works in any case.
---@return string?
local function docs()
  local here = vim.uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2))
  local pages = here and vim.fs.normalize(vim.fs.joinpath(vim.fs.dirname(here), '../../../docs/diagnostics'))
  return pages and vim.uv.fs_stat(pages) and vim.uri_from_fname(pages) or nil
end

---@type vim.lsp.Config
return {
  capabilities = { experimental = { commands = { commands = { 'pinlens.showReferences' } } } },
  commands = {
    ['pinlens.showReferences'] = function(command, context)
      require('pinlens.commands').references(context.client_id, command.arguments[1], command.arguments[2])
    end,
  },
  cmd = { (binary.find()), 'server' },
  init_options = { docs = docs() },
  filetypes = { 'python', 'requirements', 'toml', 'yaml', 'cfg', 'dosini' },
  root_dir = function(bufnr, on_dir)
    local path = vim.api.nvim_buf_get_name(bufnr)
    if plain[vim.bo[bufnr].filetype] or is_manifest(vim.fs.basename(path)) then
      on_dir(root(path))
    end
  end,
  on_exit = require('pinlens.revive').on_exit,
  settings = {},
}
