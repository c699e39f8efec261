"""The least of a language client."""

import json, subprocess, time

from served import PINLENS


class Editor:
    """A session with the server. It answers a question of it with `choice`."""

    def __init__(self, project, env, choice="Run", trusted=None, index=True):
        self.project, self.number, self.waiting = project, 0, {}
        self.choice, self.trusted, self.index, self.questions, self.shown, self.opened = choice, trusted, index, [], [], set()
        self.requests = []
        self.process = subprocess.Popen([PINLENS, "server"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        code_action = {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        }
        self.request("initialize", {
            "processId": None, "rootUri": None,
            "workspaceFolders": [{"uri": self.project.as_uri(), "name": "x"}],
            "capabilities": {"textDocument": {"codeAction": code_action}, "workspace": {"workspaceEdit": {"documentChanges": True}, "inlayHint": {"refreshSupport": True}}},
            "initializationOptions": {"index": {"enabled": self.index}} | ({} if self.trusted is None else {"trusted": self.trusted}),
        })
        self.notify("initialized", {})
        return self

    def __exit__(self, *_):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(30)
        self.process.stdin.close()
        self.process.stdout.close()

    def open(self, file):
        path = self.project / file
        if path not in self.opened:
            document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": path.read_text()}
            self.notify("textDocument/didOpen", {"textDocument": document})
            self.opened.add(path)
        return path

    def actions(self, file, line, column):
        path = self.open(file)
        at = {"line": line, "character": column}
        params = {"textDocument": {"uri": path.as_uri()}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}}
        return self.request("textDocument/codeAction", params)["result"]

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.write({"method": method, **({} if params is None else {"params": params})})

    def send(self, method, params):
        self.number += 1
        self.write({"id": self.number, "method": method, **({} if params is None else {"params": params})})
        return self.number

    def request(self, method, params):
        return self.answer(self.send(method, params))

    def answer(self, number):
        while number not in self.waiting:
            length = 0
            while (line := self.process.stdout.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.take_in(json.loads(self.process.stdout.read(length)))
        return self.waiting.pop(number)

    def take_in(self, message):
        if "method" not in message:
            self.waiting[message["id"]] = message
        elif message["method"] == "window/showMessageRequest":
            self.questions.append(message["params"]["message"])
            self.write({"id": message["id"], "result": {"title": self.choice}})
        elif "id" in message:
            self.requests.append(message["method"])
            self.write({"id": message["id"], "result": None})
        elif message["method"] == "window/showMessage":
            self.shown.append(message["params"]["message"])

    def titles(self, file, line, column):
        return [action["title"] for action in self.actions(file, line, column)]

    def run(self, path, title):
        arguments = {"command": "pinlens.server.install", "arguments": [path.as_uri(), title]}
        return self.answer(self.send("workspace/executeCommand", arguments))

    def take(self, file, line, column, title):
        """Takes the action of that title, as an editor does: by its command."""
        actions = self.actions(file, line, column)
        action = next((action for action in actions if action["title"] == title), None)
        assert action is not None, [action["title"] for action in actions]
        return self.request("workspace/executeCommand", {key: action["command"][key] for key in ("command", "arguments")}).get("result")

    def said(self, words):
        """What the server showed with these words in it."""
        self.wait_until(lambda: any(words in text for text in self.shown))
        return next(text for text in self.shown if words in text)

    def wait_until(self, holds, seconds=60):
        """Talks to the server until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.questions, self.shown)
            self.request("workspace/symbol", {"query": "nothing"})
            time.sleep(0.05)
