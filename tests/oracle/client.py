"""A client of pinlens that keeps what it is told: the findings of each file, and whether the server is ready."""
import json
import os
import pathlib
import queue
import subprocess
import threading
import time

PATIENCE = 60  # the seconds in which a server must have answered


class Server:
    """A client with a server of its own."""

    def __init__(self, binary, root, folders, settings):
        variables = {"PATH": os.environ["PATH"], "HOME": str(root)}
        self.process = subprocess.Popen([binary, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root, env=variables)
        self.writing = threading.Lock()
        self.lists, self.answers, self.number, self.ready, self.pulled, self.settings = {}, queue.Queue(), 0, threading.Event(), 0, settings
        self.errors, self.sent = [], []
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()
        self.request("initialize", {
            "processId": os.getpid(), "rootUri": None, "workspaceFolders": [folder_of(folder) for folder in folders],
            "capabilities": {"workspace": {"workspaceFolders": True, "configuration": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
                             "textDocument": {"publishDiagnostics": {"versionSupport": True}}, "experimental": {"serverStatusNotification": True}},
        })
        self.notify("initialized", {})

    def read(self):
        stream = self.process.stdout
        while True:
            length = None
            while (line := stream.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if length is None:
                self.answers.put(None)
                return
            message = json.loads(stream.read(length))
            if "method" in message and "id" in message:
                asked = message["method"] == "workspace/configuration"
                self.pulled += asked
                self.send({"id": message["id"], "result": [self.settings for _ in message["params"]["items"]] if asked else None})
            elif message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                self.lists[params["uri"]] = [brief(one) for one in params["diagnostics"]]
            elif message.get("method") == "pinlens/status":
                (self.ready.set if message["params"]["state"] == "ready" else self.ready.clear)()
            elif "method" not in message:
                self.answers.put(message)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            with self.writing:
                self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                self.process.stdin.flush()
        except BrokenPipeError:
            raise SystemExit(f"the server has ended: {b''.join(self.errors).decode(errors='replace')}") from None

    def notify(self, method, params):
        self.sent.append(f"{time.time():.3f} {method} {json.dumps(params, ensure_ascii=False)}")
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            answer = self.answers.get(timeout=PATIENCE)
            if answer is None:
                raise SystemExit(f"the server has ended: {b''.join(self.errors).decode(errors='replace')}")
            if answer["id"] == self.number:
                return answer.get("result")

    def flush(self):
        """Waits until all that was sent has been taken in and what follows of it at once has been said."""
        for _ in range(2):
            self.request("workspace/symbol", {"query": "nothing is called so"})

    def findings(self):
        return {uri: found for uri, found in sorted(self.lists.items()) if found}

    def stop(self):
        self.process.kill()
        self.process.wait()


def brief(found):
    start, end = found["range"]["start"], found["range"]["end"]
    return [start["line"], start["character"], end["line"], end["character"], found["severity"], found["code"], found["message"]]


def folder_of(path):
    return {"uri": path.as_uri(), "name": path.name}


def cpu(process):
    """The processor time that it has used, in seconds."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def opened(uri, language, version, text):
    return {"textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}}


def cell_opened(uri, text):
    return {"uri": uri, "languageId": "python", "version": 1, "text": text}


def notebook_opened(uri, cells):
    """A notebook of these cells, each a URI and a text."""
    return {"notebookDocument": {"uri": uri, "notebookType": "jupyter-notebook", "version": 1, "cells": [{"kind": 2, "document": cell} for cell, _ in cells]},
            "cellTextDocuments": [cell_opened(cell, text) for cell, text in cells]}
