//! How many fields each struct of a file has. Tests are left out.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The structs with named fields, each with their number.
pub fn read(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    walk(text.parse().expect("Rust"), &mut found);
    found
}

fn walk(stream: TokenStream, found: &mut Vec<(String, usize)>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => walk(group.stream(), found),
            TokenTree::Ident(word) if word == "struct" => {
                let Some(TokenTree::Ident(name)) = tokens.next() else { continue };
                // past the parameters and bounds, up to what ends the item
                for token in tokens.by_ref() {
                    match token {
                        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                            found.push((name.to_string(), fields(group.stream())));
                            break;
                        }
                        TokenTree::Punct(mark) if mark.as_char() == ';' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// The fields between the commas; those inside `<…>` separate none.
fn fields(stream: TokenStream) -> usize {
    let (mut count, mut depth, mut is_begun, mut before) = (0, 0, false, ' ');
    for token in stream {
        let mark = match &token {
            TokenTree::Punct(mark) => mark.as_char(),
            _ => ' ',
        };
        match mark {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if mark == ',' && depth == 0 {
            count += usize::from(std::mem::take(&mut is_begun));
        } else {
            is_begun = true;
        }
        before = mark;
    }
    count + usize::from(is_begun)
}

#[test]
fn fields_are_counted() {
    let text = "struct A;\nstruct B(u8, u8);\npub struct C<T: X> where T: Y { a: u8, /// d\n b: Map<u8, fn(u8, u8) -> u8>, c: (u8, u8) }";
    assert_eq!(read(text), [("C".to_owned(), 3)]);
}
