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
    return stem == 'conda' or stem == 'env' or stem:find('^environment%f[%W_]') ~= nil or stem:find('^env[-_.]') ~= nil
      or stem:find('[-_.]environment$') ~= nil or stem:find('[-_.]env$') ~= nil
  end
  return vim.tbl_contains({ 'pyproject.toml', 'pinlens.toml', 'setup.cfg', 'Pipfile', 'pytest.ini' }, name)
end

--- Whether a file says how an application is deployed. Other projects have such files too: for one alone no client starts.
---@param name string
---@return boolean
local function is_deployment(name)
  local lower = name:lower()
  local start = lower:match('^%.?([%w]+)')
  if vim.tbl_contains({ 'dockerfile', 'containerfile', 'procfile' }, start) then
    return true
  end
  local stem = lower:match('^(.*)%.ya?ml$')
  if stem then
    local is_compose = stem:find('^%.?docker%-compose') ~= nil or stem:find('^compose%f[%W]') ~= nil
    return is_compose or vim.tbl_contains({ 'apprunner', 'render', 'app', 'serverless', 'template', 'sam' }, stem)
  end
  local extension = lower:match('%.(%w+)$')
  return vim.tbl_contains({ 'dockerfile', 'containerfile', 'dockerignore', 'service' }, extension)
    or vim.tbl_contains({ 'fly.toml', 'railway.toml', 'railway.json', 'nixpacks.toml', 'nixpacks.json' }, lower)
end

--- The filetypes that need no second look.
local plain = { python = true, requirements = true }

--- The files that speak of requirements.
local manifests = { 'pinlens.toml', 'pyproject.toml', 'setup.cfg', 'setup.py', 'Pipfile', 'environment.yml', 'requirements.txt' }

--- The project of `path`: the nearest folder upward that holds `.git`, but never the home folder, whose `.git` keeps dotfiles;
--- else the nearest one with a file that speaks of requirements. Nil for a file that belongs to nothing.
---@param path string
---@return string?
local function root(path)
  local repository = vim.fs.root(path, '.git')
  if repository and repository ~= vim.fs.normalize(vim.uv.os_homedir() or '') then
    return repository
  end
  return vim.fs.root(path, manifests)
end

--- Whether a file that describes a deployment belongs to a project of Python: its folder or one above says so, or a client runs there.
---@param path string
---@return boolean
local function is_of_python(path)
  local folder = root(path)
  local runs = vim.iter(vim.lsp.get_clients({ name = 'pinlens' })):any(function(client)
    return client.root_dir == folder
  end)
  return runs or vim.fs.root(path, manifests) ~= nil
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
  filetypes = {
    'python', 'requirements', 'toml', 'yaml', 'yaml.docker-compose', 'json', 'cfg', 'dosini', 'dockerfile', 'procfile', 'systemd',
  },
  root_dir = function(bufnr, on_dir)
    local path = vim.api.nvim_buf_get_name(bufnr)
    local name = vim.fs.basename(path)
    if plain[vim.bo[bufnr].filetype] or is_manifest(name) or is_deployment(name) and is_of_python(path) then
      on_dir(root(path))
    end
  end,
  on_exit = require('pinlens.revive').on_exit,
  settings = {},
}
