-- The names that the server takes for requirements, and Procfiles. Neovim itself calls requirements-dev.txt text, and base.in nothing.
vim.filetype.add({
  filename = {
    ['Procfile'] = 'procfile',
  },
  pattern = {
    ['.*/Procfile%..*'] = 'procfile',
    ['.*/[Cc]ontainerfile.*'] = 'dockerfile',
    ['.*[Rr]equirement.*%.txt'] = 'requirements',
    ['.*[Rr]equirement.*%.in'] = 'requirements',
    ['.*[Cc]onstraint.*%.txt'] = 'requirements',
    ['.*[Cc]onstraint.*%.in'] = 'requirements',
    ['.*/requirements/[^/]*%.txt'] = 'requirements',
    ['.*/requirements/[^/]*%.in'] = 'requirements',
    ['.*/reqs/[^/]*%.txt'] = 'requirements',
    ['.*/reqs/[^/]*%.in'] = 'requirements',
  },
})
