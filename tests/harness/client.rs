//! A language client for the tests. Every message of the server must be claimed by the test, and nothing that the test awaits may
//! be missing: when the client is done with, the server is shut down and what is left over is a failure.

mod editor;

use crate::document::{Document, Unit};
use crate::setup::Setup;
use crate::wire;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// How long the server may take to answer before the test fails. Far more than it needs: only a hang comes near it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server and what it has said.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    record: wire::Record,
    incoming: Receiver<Value>,
    /// The output of a server that is not listened to: it stays open.
    _unread: Option<ChildStdout>,
    /// The newest list of each file.
    lists: BTreeMap<String, Value>,
    /// What has come and was not yet asked for, in order.
    unclaimed: VecDeque<Value>,
    /// The files whose lists the test is not about from here on: one more may come late on a busy machine.
    settled: BTreeSet<String>,
    next_id: i64,
    unit: Unit,
    documents: BTreeMap<String, Document>,
    setup: Setup,
    ended: bool,
}

impl Client {
    /// Starts the server for this client.
    pub(crate) fn spawn(setup: Setup) -> Self {
        let mut child = Command::new(crate::binary::path())
            .arg("server")
            .env_remove("VIRTUAL_ENV")
            .env_remove("CONDA_PREFIX")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let output = child.stdout.take().expect("an output");
        let record = wire::Record::of(child.id());
        let (incoming, unread) = match setup.deaf {
            true => (mpsc::channel().1, Some(output)),
            false => (wire::reader(output, record.clone()), None),
        };
        Self {
            stdin: child.stdin.take(),
            child,
            record,
            incoming,
            _unread: unread,
            lists: BTreeMap::new(),
            unclaimed: VecDeque::new(),
            settled: BTreeSet::new(),
            next_id: 0,
            unit: Unit::Utf16,
            documents: BTreeMap::new(),
            setup,
            ended: false,
        }
    }

    /// Sends `initialize`; gives the result.
    pub fn initialize(&mut self) -> Value {
        let folders: Vec<Value> =
            self.setup.folders.iter().map(|path| json!({"uri": uri(path), "name": "folder"})).collect();
        let params = json!({
            "processId": self.setup.process_id,
            "rootUri": null,
            "workspaceFolders": if folders.is_empty() { Value::Null } else { json!(folders) },
            "capabilities": self.setup.capabilities,
            "initializationOptions": self.setup.options,
        });
        let result = self.request("initialize", params);
        self.unit = Unit::of(result["capabilities"]["positionEncoding"].as_str().expect("an encoding"));
        result
    }

    pub(crate) fn registers(&self) -> bool {
        let workspace = &self.setup.capabilities["workspace"];
        ["didChangeWatchedFiles", "didChangeConfiguration"]
            .iter()
            .any(|kind| workspace[kind]["dynamicRegistration"] == json!(true))
    }

    /// Replaces the settings that the next question is answered with.
    pub fn set_settings(&mut self, settings: Value) {
        self.setup.settings = Some(settings);
    }

    /// The same for a workspace folder; the others get those of [`Client::set_settings`].
    pub fn set_settings_of(&mut self, folder: &Path, settings: Value) {
        self.setup.folder_settings.insert(uri(folder), settings);
    }

    /// Answers the question for the settings, where there are any: it must be asked once for no folder, and for each.
    pub fn answer_settings(&mut self) {
        let Some(settings) = self.setup.settings.clone() else { return };
        let folders: Vec<String> = self.setup.folders.iter().map(|folder| uri(folder)).collect();
        let mut items = vec![json!({"section": "pinlens"})];
        items.extend(folders.iter().map(|folder| json!({"scopeUri": folder, "section": "pinlens"})));
        let mut answers = vec![settings.clone()];
        let of = |folder: &String| self.setup.folder_settings.get(folder).unwrap_or(&settings).clone();
        answers.extend(folders.iter().map(of));
        let params = self.answer("workspace/configuration", &json!(answers));
        assert_eq!(params["items"], json!(items));
    }

    /// Adds workspace folders, and removes others.
    pub fn change_folders(&mut self, added: &[&Path], removed: &[&Path]) {
        let named = |paths: &[&Path]| -> Vec<Value> {
            paths.iter().map(|path| json!({"uri": uri(path), "name": "folder"})).collect()
        };
        let event = json!({"added": named(added), "removed": named(removed)});
        self.setup.folders.retain(|folder| !removed.contains(&folder.as_path()));
        self.setup.folders.extend(added.iter().map(|path| path.to_path_buf()));
        self.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    }

    /// Sends a request and waits for its result; an error is a failure.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let mut response = self.response(id);
        assert!(response.get("error").is_none(), "{method} failed: {response}");
        response["result"].take()
    }

    /// Sends a request and does not wait; gives its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.next_id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        self.next_id
    }

    /// Waits for the response to a request.
    pub fn response(&mut self, id: i64) -> Value {
        self.response_to(&json!(id))
    }

    /// The same, of a request with an id of any kind.
    pub fn response_to(&mut self, id: &Value) -> Value {
        self.claim(&format!("the response to request {id}"), |message| {
            message.get("method").is_none() && message["id"] == *id
        })
    }

    /// Waits for the error that answers what was no message at all.
    pub fn error_without_request(&mut self) -> Value {
        let mut message = self.claim("an error", |message| message["id"].is_null() && message.get("error").is_some());
        message["error"].take()
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        let mut message = json!({"jsonrpc": "2.0", "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
    }

    /// Sends a message as it is.
    pub fn send(&mut self, message: &Value) {
        self.record.note("client", message);
        let body = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("the input is open");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    /// Waits for a request of the server and answers it; gives its parameters.
    pub fn answer(&mut self, method: &str, result: &Value) -> Value {
        let mut message =
            self.claim(method, |message| message["method"] == json!(method) && message.get("id").is_some());
        self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
        message["params"].take()
    }

    /// Waits for a notification; gives its parameters.
    pub fn notification(&mut self, method: &str) -> Value {
        let mut message =
            self.claim(method, |message| message["method"] == json!(method) && message.get("id").is_none());
        message["params"].take()
    }

    /// Waits for the next list of findings of a file; gives the parameters.
    pub fn published(&mut self, uri: &str) -> Value {
        let mut message = self.claim(&format!("diagnostics of {uri}"), |message| {
            message["method"] == json!("textDocument/publishDiagnostics") && message["params"]["uri"] == json!(uri)
        });
        message["params"].take()
    }

    /// Waits for the next list of a file, which must say `expected`: see [`brief`].
    pub fn expect(&mut self, uri: &str, expected: &[&str]) -> Value {
        let params = self.published(uri);
        assert_eq!(brief(&params), expected, "{uri}: {params:#}");
        params
    }

    /// Waits for lists of a file until one says `expected`; the ones before it are intermediate and claimed with it.
    pub fn expect_finally(&mut self, uri: &str, expected: &[&str]) -> Value {
        loop {
            let params = self.published(uri);
            if brief(&params) == expected {
                return params;
            }
        }
    }

    /// Waits until the server has taken in all that was sent, and asserts that nothing unclaimed has come until then.
    pub fn quiet(&mut self) {
        // what an event causes is published after the round that took it in: the second answer comes after that
        self.take_in();
        self.let_go();
        assert!(self.unclaimed.is_empty(), "unclaimed: {:#?}", self.unclaimed);
    }

    /// Lets go of the lists that the test is not about.
    fn let_go(&mut self) {
        let is_list = |message: &Value| message["method"] == json!("textDocument/publishDiagnostics");
        let of_settled =
            |message: &Value| message["params"]["uri"].as_str().is_some_and(|uri| self.settled.contains(uri));
        self.unclaimed.retain(|message| !(is_list(message) && of_settled(message)));
    }

    /// Waits until the server has taken in all that was sent. A list is told for every text anew, for editors move the ranges
    /// that they hold with the text: what is held of an open document must be of its text as it is.
    fn take_in(&mut self) {
        for _ in 0..2 {
            let params = json!({
                "textDocument": {"uri": "file:///nowhere/at/all.py"},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
                "context": {"diagnostics": []},
            });
            self.request("textDocument/codeAction", params);
        }
        while let Some(uri) = self.out_of_date() {
            let message = self.next(&format!("findings of {uri} for its text as it is"));
            self.unclaimed.extend(message);
        }
    }

    /// A document that is open, and of which the client holds findings of another text.
    fn out_of_date(&self) -> Option<String> {
        let is_old = |(uri, document): &(&String, &Document)| {
            let list = self.lists.get(*uri).filter(|list| list["diagnostics"] != json!([]));
            list.is_some_and(|list| list["version"] != json!(document.version))
        };
        self.documents.iter().find(is_old).map(|(uri, _)| uri.clone())
    }

    /// The version of the text that the newest list of a file is of.
    pub fn told_version(&mut self, uri: &str) -> Value {
        self.take_in();
        self.lists.get(uri).map(|list| list["version"].clone()).unwrap_or_default()
    }

    /// Whether a message is the list that the file had before, told again for another text or because it was opened: that is no
    /// news, and how often it happens depends on how quickly the edits come.
    fn repeats(&mut self, message: &Value) -> bool {
        if message["method"] != json!("textDocument/publishDiagnostics") {
            return false;
        }
        let params = &message["params"];
        let uri = params["uri"].as_str().unwrap_or_default().to_owned();
        let before = self.lists.insert(uri, params.clone()).unwrap_or_default();
        params["version"].is_i64()
            && params["version"] != before["version"]
            && params["diagnostics"] == before["diagnostics"]
            && params["diagnostics"] != json!([])
    }

    /// The first message that `is_it`, of those that came or will come; the others stay unclaimed.
    fn claim(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unclaimed.iter().position(&is_it) {
            return self.unclaimed.remove(at).expect("it was just found");
        }
        loop {
            match self.next(what) {
                Some(message) if is_it(&message) => return message,
                other => self.unclaimed.extend(other),
            }
        }
    }

    /// Waits for the next message; `None` where it is no news.
    fn next(&mut self, what: &str) -> Option<Value> {
        match self.incoming.recv_timeout(PATIENCE) {
            Ok(message) => (!self.repeats(&message)).then_some(message),
            Err(RecvTimeoutError::Timeout) => panic!("missing: {what}; unclaimed: {:#?}", self.unclaimed),
            Err(RecvTimeoutError::Disconnected) => {
                panic!("the server ended before {what}; unclaimed: {:#?}", self.unclaimed)
            }
        }
    }

    /// Claims the lists of these files that have come, and those that nobody waits for later: the test is not about them.
    pub fn settled(&mut self, uris: &[&str]) {
        for _ in 0..2 {
            self.request("workspace/symbol", json!({"query": ""}));
        }
        self.settled.extend(uris.iter().map(|uri| (*uri).to_owned()));
        self.let_go();
    }

    // the end

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the process to end by itself; gives its exit code. What it still said counts as claimed.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.ended = true;
        let began = std::time::Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("the process can be asked") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server is still alive");
    }

    /// The processor time that the server has used, in ticks of the system.
    #[cfg(target_os = "linux")]
    pub fn processor_time(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("a running process");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        [fields[11], fields[12]].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
    }

    fn shut_down(&mut self) {
        assert!(self.request("shutdown", Value::Null).is_null());
        self.notify("exit", Value::Null);
        assert_eq!(self.exit_code(), Some(0));
        let rest: Vec<Value> = self.incoming.try_iter().collect();
        let news: Vec<Value> = rest.into_iter().filter(|message| !self.repeats(message)).collect();
        self.unclaimed.extend(news);
        self.let_go();
        assert!(self.unclaimed.is_empty(), "unclaimed at the end: {:#?}", self.unclaimed);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if !self.ended && !std::thread::panicking() {
            self.shut_down();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The findings of one list, a line each: `0:7-0:12 error undeclared-import`.
pub fn brief(params: &Value) -> Vec<String> {
    let severity = |number: &Value| match number.as_i64() {
        Some(1) => "error",
        Some(2) => "warning",
        Some(3) => "info",
        _ => "hint",
    };
    let place = |at: &Value| format!("{}:{}", at["line"], at["character"]);
    let line = |diagnostic: &Value| {
        let range = &diagnostic["range"];
        let code = diagnostic["code"].as_str().unwrap_or_default();
        format!("{}-{} {} {code}", place(&range["start"]), place(&range["end"]), severity(&diagnostic["severity"]))
    };
    params["diagnostics"].as_array().expect("a list").iter().map(line).collect()
}

/// The URI of a file, as most clients spell it.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The file of a URI that [`uri`] made.
pub fn path(uri: &str) -> PathBuf {
    PathBuf::from(uri.strip_prefix("file://").expect("a file"))
}
