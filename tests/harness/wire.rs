//! The wire: messages with `Content-Length` headers.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver};

/// Reads the server's output on a thread of its own; the channel ends with it.
pub fn reader(output: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = read(&mut output) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    receiver
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    output.take(length.expect("a Content-Length")).read_to_end(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server speaks JSON"))
}
