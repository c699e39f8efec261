//! The wire: messages with `Content-Length` headers.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the messages of a session are recorded: a file in the folder that `PINLENS_MESSAGES` names, if it names one.
#[derive(Clone)]
pub struct Record {
    to: Option<Arc<Mutex<File>>>,
    test: String,
}

impl Record {
    /// That of the server with this process id, started by the test that runs on this thread.
    pub fn of(process: u32) -> Self {
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        let to = std::env::var_os("PINLENS_MESSAGES").map(|folder| {
            let path = std::path::PathBuf::from(folder).join(format!("{process}.jsonl"));
            Arc::new(Mutex::new(File::options().create(true).append(true).open(path).expect("a file for the messages")))
        });
        Self { to, test }
    }

    /// Notes a message of `client` or `server`.
    pub fn note(&self, from: &str, message: &Value) {
        let Some(to) = &self.to else { return };
        let line = json!({"from": from, "test": self.test, "message": message});
        writeln!(to.lock().unwrap_or_else(PoisonError::into_inner), "{line}").expect("the record is written");
    }
}

/// Reads the server's output on a thread of its own; the channel ends with it.
pub fn reader(output: ChildStdout, record: Record) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = read(&mut output) {
            record.note("server", &message);
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
