//! Calls and decorators that are given the names of modules, and say what to do where these are missing:
//! `requires_backends(self, ["torch"])`, `@require_module("redis")`.

use super::lexer::is_word;

/// Stands for every module: what a backend is called may be another name than its module's.
pub(super) const ANY: &str = "*";

/// A longer statement is no such call.
const LONGEST: usize = 400;

/// The words in the names of such functions.
const DEMANDS: [&str; 4] = ["require", "ensure", "check", "verify"];

/// The top names of the modules for which a statement asks, which is a call of such a function or such a decorator.
pub(super) fn modules(statement: &str) -> Vec<&str> {
    let short = Some(statement).filter(|statement| statement.len() < LONGEST);
    let Some((callee, arguments)) = short.and_then(|statement| statement.split_once('(')) else { return Vec::new() };
    let callee = callee.trim_start_matches('@').trim();
    let name = callee.rsplit('.').next().unwrap_or_default();
    let is_call = callee.bytes().all(|byte| is_word(byte) || byte == b'.');
    if !is_call || !DEMANDS.iter().any(|word| name.contains(word)) {
        return Vec::new();
    }
    if name.contains("backend") {
        return vec![ANY];
    }
    literals(arguments).filter_map(|literal| literal.split(['.', '[', '>', '=', '<', ' ']).next()).collect()
}

/// The strings of a list of arguments.
fn literals(arguments: &str) -> impl Iterator<Item = &str> {
    arguments.split(['"', '\'']).skip(1).step_by(2).filter(|literal| literal.starts_with(|c: char| c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::modules;

    #[test]
    fn calls_that_ask_for_modules() {
        assert_eq!(modules("require_module(\"redis.asyncio\", 'yaml')"), ["redis", "yaml"]);
        assert_eq!(modules("@utils.requires(\"torch>=2\")"), ["torch"]);
        assert_eq!(modules("requires_backends(self, [\"vision\"])"), ["*"]);
        assert!(modules("print(\"redis\")").is_empty() && modules("x = check(\"redis\")").is_empty());
        assert!(modules("check(redis)").is_empty());
    }
}
