"""A small client of the language server protocol that takes times. Standard library only."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

FILE = "homeassistant/helpers/entity.py"
MODULE = "voluptuous"
KEYSTROKES = 200
QUIET = 0.5
PATIENCE = 60.0


@dataclass
class Measured:
    """What was measured of one server."""

    complete: list[float] = field(default_factory=list)
    """Seconds from `initialize` to complete diagnostics, one a run."""
    keystrokes: list[float] = field(default_factory=list)
    """Seconds from each `didChange` to the list of its version."""
    megabytes: list[float] = field(default_factory=list)
    """Peak memory, one a run."""
    lists: int = 0
    """How many files had a list once it was complete."""


def measure(command: list[str], tree: Path, runs: int, *, whole_workspace: bool) -> Measured:
    """Runs the server `runs` times. With `whole_workspace` its diagnostics are complete when its progress has ended."""
    measured = Measured()
    for _ in range(runs):
        client = Client(command, tree)
        try:
            measure_once(client, tree, measured, whole_workspace)
        finally:
            measured.megabytes.append(client.close())
    return measured


def measure_once(client: "Client", tree: Path, measured: Measured, whole_workspace: bool) -> None:
    """One life of a server: start, complete diagnostics, keystrokes."""
    path = (tree / FILE).resolve()
    uri, text = path.as_uri(), path.read_text(encoding="utf-8")
    started = time.perf_counter()
    client.initialize(tree)
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    last, measured.lists = client.wait_until_complete(uri, whole_workspace)
    measured.complete.append(last - started)
    for version, change in enumerate(changes(text), start=2):
        client.drain()
        typed = time.perf_counter()
        identifier = {"uri": uri, "version": version}
        client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})
        measured.keystrokes.append(client.wait_for_list(uri, version) - typed)


def changes(text: str) -> list[dict]:
    """Keystrokes that make the imported module's name longer by a letter up to ten, and shorter again."""
    lines = text.splitlines()
    line = next(number for number, line in enumerate(lines) if line.startswith(f"import {MODULE}"))
    column = len(f"import {MODULE}")
    typed = []
    for stroke in range(KEYSTROKES):
        step = stroke % 20
        if step < 10:
            at = {"line": line, "character": column + step}
            typed.append({"range": {"start": at, "end": at}, "text": "qwertzuiop"[step]})
        else:
            start, end = column + 19 - step, column + 20 - step
            at = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
            typed.append({"range": at, "text": ""})
    return typed


class Client:
    """One server process. A thread of its own reads, so that each message has the time at which it came."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.inbox: queue.Queue[tuple[float, dict]] = queue.Queue()
        self.requests = 0
        self.writing = threading.Lock()
        threading.Thread(target=self.read, daemon=True).start()

    def initialize(self, tree: Path) -> None:
        """The first two messages, and the answer between them."""
        root = tree.resolve().as_uri()
        capabilities = {
            "general": {"positionEncodings": ["utf-8", "utf-16"]},
            "window": {"workDoneProgress": True},
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "synchronization": {"didSave": True},
                "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
            },
        }
        parameters = {
            "processId": os.getpid(),
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "tree"}],
            "capabilities": capabilities,
            "initializationOptions": {"settings": {"lint": {"select": ["F401"]}, "environment": "none"}},
        }
        self.ask("initialize", parameters)
        self.notify("initialized", {})

    def wait_until_complete(self, uri: str, whole_workspace: bool) -> tuple[float, int]:
        """The time of the last list before all were told, and the number of files that have one."""
        told: dict[str, int] = {}
        last, ended = 0.0, not whole_workspace
        while True:
            # a file without findings gets no list from a server that tells of the whole workspace
            is_told = ended and (uri in told or whole_workspace)
            message = self.next(QUIET if is_told else PATIENCE)
            if message is None and is_told:
                return last, sum(1 for count in told.values() if count)
            if message is None:
                raise TimeoutError("the server did not get ready")
            arrived, body = message
            if body.get("method") == "textDocument/publishDiagnostics":
                parameters = body["params"]
                told[parameters["uri"]] = len(parameters["diagnostics"])
                last = arrived
            elif body.get("method") == "$/progress" and body["params"]["value"]["kind"] == "end":
                ended, last = True, max(last, arrived)

    def wait_for_list(self, uri: str, version: int) -> float:
        """The time at which the list of that version came."""
        while True:
            message = self.next(PATIENCE)
            if message is None:
                raise TimeoutError(f"no list for version {version}")
            arrived, body = message
            if body.get("method") != "textDocument/publishDiagnostics":
                continue
            if body["params"]["uri"] == uri and body["params"].get("version") == version:
                return arrived

    def drain(self) -> None:
        """Waits until what follows a keystroke in other files has been told, as a typist's pause does."""
        while self.next(0.02) is not None:
            pass

    def next(self, seconds: float) -> tuple[float, dict] | None:
        """The next message with its time; `None` where none comes in `seconds`."""
        try:
            return self.inbox.get(timeout=seconds)
        except queue.Empty:
            return None

    def ask(self, method: str, parameters: object) -> object:
        """Sends a request and waits for its answer."""
        self.requests += 1
        self.send({"id": self.requests, "method": method, "params": parameters})
        while True:
            message = self.next(PATIENCE)
            if message is None:
                raise TimeoutError(f"no answer to {method}")
            if message[1].get("id") == self.requests and "method" not in message[1]:
                return message[1].get("result")

    def notify(self, method: str, parameters: object) -> None:
        """Sends a notification."""
        self.send({"method": method, "params": parameters})

    def send(self, message: dict) -> None:
        """Sends one message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        with self.writing:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self.process.stdin.flush()

    def read(self) -> None:
        """Reads to the end; answers what the server asks."""
        stream = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not line:
                return
            raw = stream.read(length)
            arrived = time.perf_counter()
            body = json.loads(raw)
            if "method" in body and "id" in body:
                self.answer(body)
            else:
                self.inbox.put((arrived, body))

    def answer(self, request: dict) -> None:
        """Agrees to what the server asks for; it gets no settings."""
        result = None
        if request["method"] == "workspace/configuration":
            result = [None] * len(request["params"]["items"])
        self.send({"id": request["id"], "result": result})

    def close(self) -> float:
        """Ends the server as the protocol has it; gives its peak memory in megabytes."""
        try:
            self.ask("shutdown", None)
            self.notify("exit", None)
        except (OSError, TimeoutError):
            os.kill(self.process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss / 1024
