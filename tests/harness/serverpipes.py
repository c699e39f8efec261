"""A client of the server over its pipes: what it requests is answered before it goes on. Standard library only."""
import json
import pathlib
import re
import subprocess


class Client:
    """A client with a server of its own."""

    def __init__(self, binary, root, variables, options=None):
        """`binary` is the program, or the command line that runs it."""
        command = [binary] if isinstance(binary, str) else binary
        self.process = subprocess.Popen([*command, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root, env=variables)
        self.number, self.lists = 0, {}
        watches = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
        self.request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": watches, "initializationOptions": options})
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        """The result of a request. Lists of findings that come before it are kept, and requests of the server are answered with null."""
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            length = 0
            while (line := self.process.stdout.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(self.process.stdout.read(length))
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})
            elif message.get("method") == "textDocument/publishDiagnostics":
                self.lists[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif message.get("id") == self.number:
                return message.get("result")

    def memory(self):
        """What is resident, in MB."""
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024
