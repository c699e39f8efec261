---@brief
---
--- https://github.com/pinlens/pinlens
---
--- pinlens finds imports that the requirements do not install, and requirements that nothing imports.
---
--- It can be installed with `pip`:
---
--- ```sh
--- pip install pinlens
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'pinlens', 'server' },
  filetypes = { 'python', 'requirements' },
  root_markers = { '.git', 'pinlens.toml', 'pyproject.toml', 'setup.cfg', 'Pipfile', 'requirements.txt' },
  settings = { pinlens = {} },
}
