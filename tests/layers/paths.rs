//! Which paths a source file names: in `use`, in code, and the types whose methods it defines. Tests are left out.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::iter::Peekable;
use std::vec::IntoIter;

/// A path as written: `crate::model::ids::FileId`.
pub type Path = Vec<String>;

/// What one file names.
#[derive(Default)]
pub struct Named {
    /// What `use` brings, flat.
    pub uses: Vec<Use>,
    /// The paths in code that have at least two segments.
    pub inline: Vec<Path>,
    /// The types of its inherent `impl` blocks.
    pub impls: Vec<Path>,
}

/// One name that a `use` brings.
pub struct Use {
    /// What it is.
    pub path: Path,
    /// What it is called here.
    pub alias: String,
    /// Whether others may have it from here.
    pub is_public: bool,
}

/// Reads a file. A text that is no Rust fails the test that asks.
pub fn read(text: &str) -> Named {
    let mut named = Named::default();
    walk(text.parse().expect("Rust"), &mut named);
    named
}

type Tokens = Peekable<IntoIter<TokenTree>>;

fn walk(stream: TokenStream, named: &mut Named) {
    let mut tokens = stream.into_iter().collect::<Vec<_>>().into_iter().peekable();
    let mut is_public = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.peek() {
                    let is_test = attribute.to_string().replace(' ', "") == "[cfg(test)]";
                    tokens.next();
                    if is_test {
                        skip_item(&mut tokens);
                    }
                }
            }
            TokenTree::Group(group) => walk(group.stream(), named),
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "pub" => {
                    is_public = true;
                    if matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
                    {
                        tokens.next();
                    }
                    continue;
                }
                "use" => read_use(&mut tokens, &[], is_public, named),
                "impl" => read_impl(&mut tokens, named),
                first => {
                    let path = path_from(first.to_owned(), &mut tokens);
                    if path.len() > 1 {
                        named.inline.push(path);
                    }
                }
            },
            _ => {}
        }
        is_public = false;
    }
}

/// Passes over an item: up to its braces or its semicolon.
fn skip_item(tokens: &mut Tokens) {
    for token in tokens.by_ref() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            TokenTree::Punct(mark) if mark.as_char() == ';' => return,
            _ => {}
        }
    }
}

/// The rest of a path that begins with `first`.
fn path_from(first: String, tokens: &mut Tokens) -> Path {
    let mut path = vec![first];
    while is_separator(tokens) {
        match tokens.peek() {
            Some(TokenTree::Ident(word)) => {
                path.push(word.to_string());
                tokens.next();
            }
            _ => break,
        }
    }
    path
}

/// Takes `::` where it stands next.
fn is_separator(tokens: &mut Tokens) -> bool {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    let mut ahead = tokens.clone();
    if is_colon(ahead.next().as_ref()) && is_colon(ahead.next().as_ref()) {
        *tokens = ahead;
        return true;
    }
    false
}

/// One tree of a `use`, below `prefix`.
fn read_use(tokens: &mut Tokens, prefix: &[String], is_public: bool, named: &mut Named) {
    let mut path = prefix.to_vec();
    let mut alias = None;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "as" => alias = tokens.next().map(|name| name.to_string()),
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Group(group) => {
                let mut inner = group.stream().into_iter().collect::<Vec<_>>().into_iter().peekable();
                while inner.peek().is_some() {
                    read_use(&mut inner, &path, is_public, named);
                }
                path.clear();
            }
            TokenTree::Punct(mark) if matches!(mark.as_char(), ',' | ';') => break,
            _ => {}
        }
    }
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    if let Some(last) = path.last().cloned() {
        named.uses.push(Use { path, alias: alias.unwrap_or(last), is_public });
    }
}

/// The head of an `impl`: kept where no trait is implemented. The body is left to the caller.
fn read_impl(tokens: &mut Tokens, named: &mut Named) {
    let mut depth = 0;
    let mut paths: Vec<Path> = Vec::new();
    let mut ty = None;
    let mut is_of_trait = false;
    while let Some(token) = tokens.peek() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && depth == 0 => break,
            TokenTree::Punct(mark) if mark.as_char() == '<' => depth += 1,
            TokenTree::Punct(mark) if mark.as_char() == '>' => depth -= 1,
            // `impl Trait` of an argument or a result
            TokenTree::Punct(mark) if matches!(mark.as_char(), ',' | ';' | '=') && depth == 0 => return,
            TokenTree::Ident(word) if word == "for" && depth == 0 => is_of_trait = true,
            TokenTree::Ident(word) => {
                let first = word.to_string();
                tokens.next();
                let path = path_from(first, tokens);
                if depth == 0 && ty.is_none() {
                    ty = Some(path.clone());
                }
                paths.push(path);
                continue;
            }
            _ => {}
        }
        tokens.next();
    }
    named.inline.extend(paths.into_iter().filter(|path| path.len() > 1));
    if !is_of_trait && tokens.peek().is_some() {
        named.impls.extend(ty);
    }
}
