//! Starts `pinlens server` in Zed: the binary of the setting `lsp.pinlens.binary.path`, else `pinlens` on the `PATH` of the worktree.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{self as zed, serde_json::Value, Command, LanguageServerId, Result, Worktree};

struct Pinlens;

impl zed::Extension for Pinlens {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree).ok().and_then(|settings| settings.binary);
        let path = settings.as_ref().and_then(|binary| binary.path.clone()).or_else(|| worktree.which("pinlens"));
        let command = path.ok_or("pinlens is not on the PATH: run `pip install pinlens`, or set `lsp.pinlens.binary.path`")?;
        let args = settings.and_then(|binary| binary.arguments).unwrap_or_else(|| vec!["server".to_owned()]);
        Ok(Command { command, args, env: worktree.shell_env() })
    }

    fn language_server_initialization_options(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(id.as_ref(), worktree)?.initialization_options)
    }

    fn language_server_workspace_configuration(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree)?.settings;
        Ok(settings.map(|settings| zed::serde_json::json!({ "pinlens": settings })))
    }
}

zed::register_extension!(Pinlens);
