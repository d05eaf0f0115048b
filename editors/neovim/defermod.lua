-- defermod's language server in Neovim 0.7 or later.  Install:
--   1. pip install 'defermod[lsp]'
--   2. cp editors/neovim/defermod.lua ~/.config/nvim/lua/
--   3. in init.lua: require("defermod")
--
-- The findings appear as diagnostics; `vim.lsp.buf.code_action()` on such a line offers the fix.

local command = { vim.g.defermod_command or "defermod", "lsp" }

if vim.lsp.config then -- Neovim 0.11
  vim.lsp.config("defermod", { cmd = command, filetypes = { "go" }, root_markers = { "go.work", "go.mod", ".git" } })
  vim.lsp.enable("defermod")
  return
end

local clients = {} -- by root

local function root_of(path)
  local directory = vim.fn.fnamemodify(path, ":p:h")
  local found = vim.fn.findfile("go.mod", vim.fn.escape(directory, " ,;") .. ";")
  return found ~= "" and vim.fn.fnamemodify(found, ":p:h") or directory
end

local function attach(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local config = { name = "defermod", cmd = command, root_dir = root }
  if vim.lsp.start then -- Neovim 0.8
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  config.on_exit = function()
    clients[root] = nil
  end
  clients[root] = clients[root] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, clients[root])
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = "go",
  callback = function(event)
    attach(event.buf or vim.api.nvim_get_current_buf())
  end,
})
