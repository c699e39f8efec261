---@brief
--- pinlens keeps a Python workspace's imports and its requirements.txt consistent, as you type.
---
--- Every setting of pinlens goes below `settings.pinlens`; `:help pinlens-settings` lists them.

local binary = require('pinlens.binary')

--- The TOML files that matter. A client that started for every other TOML file would index projects in other languages.
local toml = { ['pyproject.toml'] = true, ['pinlens.toml'] = true }

--- The project of `path`: the nearest folder upward that holds `.git`, but never the home folder, whose `.git` keeps dotfiles;
--- else the nearest one with a file that speaks of requirements. Nil for a file that belongs to nothing.
---@param path string
---@return string?
local function root(path)
  local repository = vim.fs.root(path, '.git')
  if repository and repository ~= vim.fs.normalize(vim.uv.os_homedir() or '') then
    return repository
  end
  return vim.fs.root(path, { 'pinlens.toml', 'pyproject.toml', 'requirements.txt' })
end

---@type vim.lsp.Config
return {
  cmd = { (binary.find()), 'server' },
  filetypes = { 'python', 'requirements', 'toml' },
  root_dir = function(bufnr, on_dir)
    local path = vim.api.nvim_buf_get_name(bufnr)
    if vim.bo[bufnr].filetype ~= 'toml' or toml[vim.fs.basename(path)] then
      on_dir(root(path))
    end
  end,
  settings = {},
}
