//! Messages that no client should send: none ends the server or leaves it deaf, and each request gets one response.

use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::{Value, json};

const MISSING: &str = "0:7-0:12 error undeclared-import";

/// Sends a message as it is written.
fn raw(client: &mut Client, body: &[u8]) {
    client.send_bytes(&[format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat());
}

/// Whether the server still hears and answers.
fn answers(client: &mut Client) {
    assert!(client.request("workspace/symbol", json!({"query": "nothing"})).is_array());
}

fn start() -> (Folder, Client) {
    let folder = Folder::new(&[("app.py", "import os\n"), ("requirements.txt", "")]);
    let client = Setup::neovim().folder(folder.path()).start();
    (folder, client)
}

#[test]
fn half_a_character_is_one_of_the_same_length() {
    let (folder, mut client) = start();
    let app = folder.uri("app.py");
    client.open(&app, "python", "import os\n");
    let text = r"# \ud83d\u0041\nimport redis\n";
    let change = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{app}","version":2}},"contentChanges":[{{"text":"{text}"}}]}}}}"#
    );
    raw(&mut client, change.as_bytes());
    client.notification("window/logMessage");
    client.expect(&app, &["1:7-1:12 error undeclared-import"]);
}

#[test]
fn what_cannot_be_decoded_is_answered() {
    let (_folder, mut client) = start();
    for id in 900_i64..910 {
        let depth = usize::try_from(110 + (id - 900) * 5).expect("a small number");
        let nested = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"workspace/symbol","params":{nested}}}"#);
        raw(&mut client, body.as_bytes());
        assert!(client.response(id)["error"].is_object());
        answers(&mut client);
    }
    let bad: [&[u8]; 3] = [
        b"{\"jsonrpc\":\"2.0\",\"id\":999,\"method\":\"workspace/symbol\",\"params\":{\"query\":\"\xff\"}}",
        br#"{"jsonrpc":"2.0","id":999,"method":"workspace/symbol","params":{"query":1e999}}"#,
        br#"{"jsonrpc":"2.0","id":999,"method":"workspace/symbol","params":"query"}"#,
    ];
    for body in bad {
        raw(&mut client, body);
        assert_eq!(client.response(999)["error"]["code"], json!(-32700));
        answers(&mut client);
    }
}

#[test]
fn a_wrong_length_costs_one_message() {
    let (_folder, mut client) = start();
    let body = r#"{"jsonrpc":"2.0","id":700,"method":"workspace/symbol","params":{"query":"x"}}"#;
    // told too long: it is answered although nothing follows
    client.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len() + 400).as_bytes());
    assert!(client.response(700)["result"].is_array());
    answers(&mut client);
    // told too short
    client.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len() - 9).as_bytes());
    assert_eq!(client.response(700)["error"]["code"], json!(-32700));
    answers(&mut client);
    for length in ["-1", "x", "", "99999999999999999999"] {
        client.send_bytes(format!("Content-Length: {length}\r\n\r\n{body}").as_bytes());
        answers(&mut client);
    }
    client.send_bytes(&vec![b'x'; 8 << 20]);
    answers(&mut client);
}

#[test]
fn a_request_that_is_unknown_is_answered_and_a_notification_is_not() {
    let (_folder, mut client) = start();
    for method in ["$/nothing", "textDocument/nothing", "nothing"] {
        client.notify(method, json!({}));
        let id = client.ask(method, json!({"a": 1}));
        assert_eq!(client.response(id)["error"]["code"], json!(-32601), "{method}");
    }
    for id in [json!("text"), json!(-5), json!(i64::MAX)] {
        client.send(&json!({"jsonrpc": "2.0", "id": id, "method": "$/nothing"}));
        let response = client.response_to(&id);
        assert_eq!(response["error"]["code"], json!(-32601));
    }
    client.quiet();
}

#[test]
fn messages_in_pieces_and_many_at_once() {
    let (folder, mut client) = start();
    let app = folder.uri("app.py");
    let item = json!({"uri": app, "languageId": "python", "version": 1, "text": "import redis\n"});
    let open =
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}).to_string();
    for byte in format!("Content-Length: {}\r\n\r\n{open}", open.len()).as_bytes() {
        client.send_bytes(&[*byte]);
    }
    client.expect(&app, &[MISSING]);
    let ids: Vec<i64> = (0..2000)
        .map(|_| {
            client.ask(
                "textDocument/hover",
                json!({"textDocument": {"uri": app}, "position": {"line": 0, "character": 8}}),
            )
        })
        .collect();
    for id in ids {
        assert!(client.response(id).get("result").is_some());
    }
    client.quiet();
}

#[test]
fn wrong_parameters_and_a_wrong_order_are_answered() {
    let mut client = Setup::neovim().spawn();
    let id = client.ask("textDocument/hover", json!({}));
    assert_eq!(client.response(id)["error"]["code"], json!(-32002));
    client.initialize();
    client.notify("initialized", json!({}));
    let id = client.ask("initialize", json!({"capabilities": {}}));
    assert!(client.response(id)["error"].is_object());
    for params in
        [json!({}), json!([1]), json!({"textDocument": 3}), json!({"textDocument": {"uri": 1}, "position": []})]
    {
        let id = client.ask("textDocument/hover", params.clone());
        assert_eq!(client.response(id)["error"]["code"], json!(-32602), "{params}");
        client.notify("textDocument/didOpen", params);
    }
    client.request("shutdown", Value::Null);
    let id = client.ask("textDocument/hover", json!({}));
    assert_eq!(client.response(id)["error"]["code"], json!(-32600));
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn a_change_that_does_not_fit_is_told_and_nothing_is_said_of_a_text_that_is_not_known() {
    let (folder, mut client) = start();
    let app = folder.uri("app.py");
    let hover = json!({"textDocument": {"uri": app}, "position": {"line": 0, "character": 8}});
    let at = |line: u32| json!({"line": line, "character": 0});
    let change = |version: i32, changes: Value| json!({"textDocument": {"uri": app, "version": version}, "contentChanges": changes});
    let out_of_range = change(3, json!([{"range": {"start": at(90), "end": at(90)}, "text": "x"}]));
    let reversed = change(3, json!([{"range": {"start": at(1), "end": at(0)}, "text": "x"}]));
    let older = change(0, json!([{"range": {"start": at(0), "end": at(0)}, "text": "x"}]));
    for misfit in [out_of_range, reversed, older] {
        client.open(&app, "python", "import redis\n");
        client.expect(&app, &[MISSING]);
        assert!(!client.request("textDocument/hover", hover.clone()).is_null());
        client.notify("textDocument/didChange", misfit);
        let told = client.notification("window/logMessage").to_string();
        assert!(told.contains("does not fit"), "{told}");
        client.expect(&app, &[]);
        assert!(client.request("textDocument/hover", hover.clone()).is_null());
        // another change of a part says nothing new
        client.notify(
            "textDocument/didChange",
            change(4, json!([{"range": {"start": at(0), "end": at(0)}, "text": "x"}])),
        );
        client.quiet();
        client.notify(
            "textDocument/didChange",
            change(
                5,
                json!([{"text": "import yaml\n"}, {"range": {"start": at(0), "end": at(0)}, "text": "import redis\n"}]),
            ),
        );
        client.expect(&app, &[MISSING, "1:7-1:11 error undeclared-import"]);
        client.close(&app);
        client.expect(&app, &[]);
    }
    client.notify("textDocument/didChange", change(1, json!([{"text": "import redis\n"}])));
    assert!(client.notification("window/logMessage").to_string().contains("not open"));
    client.quiet();
}

#[test]
fn of_five_thousand_requests_in_flight_each_is_answered_once() {
    let (folder, mut client) = start();
    let app = folder.uri("app.py");
    client.open(&app, "python", "import redis\n");
    client.expect(&app, &[MISSING]);
    let at = json!({"textDocument": {"uri": app}, "position": {"line": 0, "character": 8}});
    let methods = ["hover", "completion", "definition", "references", "documentSymbol", "foldingRange", "codeLens"];
    let params = |method| match method {
        "references" => {
            json!({"textDocument": at["textDocument"], "position": at["position"], "context": {"includeDeclaration": true}})
        }
        "documentSymbol" | "foldingRange" | "codeLens" => json!({"textDocument": at["textDocument"]}),
        _ => at.clone(),
    };
    let ids: Vec<i64> = (0..5000)
        .map(|number| {
            let method = methods[number % methods.len()];
            let id = client.ask(&format!("textDocument/{method}"), params(method));
            // cancelled at once, later, and after the answer
            match number % 5 {
                0 => client.notify("$/cancelRequest", json!({"id": id})),
                1 if number > 50 => client.notify("$/cancelRequest", json!({"id": id - 50})),
                2 if number > 4000 => client.notify("$/cancelRequest", json!({"id": id - 4000})),
                _ => {}
            }
            id
        })
        .collect();
    for id in ids {
        let response = client.response(id);
        let is_cancelled = response["error"]["code"] == json!(-32800);
        assert!(is_cancelled || response.get("result").is_some(), "{response}");
    }
    client.quiet();
}

#[test]
fn everything_before_initialize_is_refused_and_nothing_is_done() {
    let (folder, mut client) = (Folder::new(&[("app.py", "import redis\n")]), Setup::neovim().spawn());
    let app = folder.uri("app.py");
    let item = json!({"uri": app, "languageId": "python", "version": 1, "text": "import redis\n"});
    client.notify("textDocument/didOpen", json!({"textDocument": item}));
    client.notify("textDocument/didChange", json!({"textDocument": {"uri": app, "version": 2}, "contentChanges": []}));
    client.notify("initialized", json!({}));
    for method in ["shutdown", "workspace/symbol", "textDocument/codeAction", "codeAction/resolve", "$/nothing"] {
        let id = client.ask(method, json!({}));
        assert!(client.response(id)["error"].is_object(), "{method}");
    }
    client.initialize();
    client.notify("initialized", json!({}));
    client.quiet();
}

#[test]
fn a_response_that_nobody_asked_for_and_a_batch_change_nothing() {
    let (_folder, mut client) = start();
    for stray in [
        json!({"jsonrpc": "2.0", "id": 77777, "result": null}),
        json!({"jsonrpc": "2.0", "id": "x", "error": {"code": 1, "message": "m"}}),
        json!({"jsonrpc": "2.0", "id": null, "result": 1}),
    ] {
        client.send(&stray);
        answers(&mut client);
    }
    for body in [&b"[]"[..], b"null", b"3", b"\"x\"", b"{}", b"[{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"x\"}]", b""]
    {
        raw(&mut client, body);
        assert_eq!(client.error_without_request()["code"], json!(-32700));
        answers(&mut client);
    }
}
