"""After any steps the server reports what a fresh one reports of the same disk, open documents and settings.

    oracle.py BINARY [--steps N] [--seed N] [--jobs N]

Random steps are taken in a repository with two workspace folders: files are written, deleted, renamed and linked, documents opened,
edited, saved and closed; notebooks, ignore files, files that include each other across the folders, deployments, installations, settings,
folders added and removed. After each batch a fresh server is started, and both must hold the same findings of the same files. A batch
that differs is printed with its seed, which repeats it; the folder is kept. A million steps: `--steps 1000000 --jobs 4`.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

BATCH = 40  # the steps between two comparisons
PATIENCE = 60  # the seconds in which a server must have answered
WORLD = 10  # the batches taken in one repository

CODE = ["import redis", "import yaml", "import os", "import pkg.part", "import alias.part", "from pkg import part", "import requests",
        "try:\n    import redis\nexcept ImportError:\n    redis = None", "if True:\n    import numpy", "import gone.part", "x = '", "def f():\n    import flask",
        "import homegrown", "import local"]
LINES = ["redis", "redis==5.0.0", "pyyaml", "requests>=2", "flask", "numpy", "brewery", "-r base.list", "-r deps/more.list", "-r ../two/requirements.txt", "-c pins.txt",
         "-r ../../outside/list.txt", "-r link.txt", "redis @", "==1", "# redis", "-e ."]
IGNORED = ["sub/", "*.list", "new.py", "/pkg/", "!new.py", "requirements.txt", "link*"]
PYPROJECT = ['[project]\nname = "x"\ndependencies = ["redis"]\n', "[project]\ndependencies = []\n", "[tool.pinlens]\nignore = [\"unused-requirement\"]\n", "[project\n", ""]
OWN = ["", 'keep = ["flask"]\n', 'exclude = ["sub/"]\n', 'requirements = ["deps/*.list"]\n', "[severity]\nunused-requirement = \"error\"\n", "x ="]
PYTHON = ["app.py", "new.py", "sub/c.py", "pkg/__init__.py", "pkg/part.py", "local.py", "deep/er/d.py"]
LISTS = ["requirements.txt", "dev-requirements.txt", "base.list", "deps/more.list", "pins.txt", "requirements/prod.txt"]
OTHERS = ["pyproject.toml", "pinlens.toml", ".gitignore", "Dockerfile", "Procfile", "note.ipynb", "tox.ini"]
LINKS = [("alias", "pkg"), ("link.txt", "../../outside/list.txt"), ("sub/linked.py", "../local.py"), ("linked-requirements.txt", "requirements.txt"),
         ("round", "."), ("away", "../../outside"), ("more", "deep")]
SETTINGS = [{}, {"ignore": ["unused-requirement"]}, {"severity": {"undeclared-import": "warning"}}, {"environment": "none"}, {"exclude": ["pkg/"]}, {"diagnosticMode": "openFilesOnly"}]


class Server:
    """A client with a server of its own."""

    def __init__(self, binary, root, folders, settings):
        variables = {"PATH": os.environ["PATH"], "HOME": str(root)}
        self.process = subprocess.Popen([binary, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root, env=variables)
        self.writing = threading.Lock()
        self.lists, self.answers, self.number, self.ready, self.pulled, self.settings = {}, queue.Queue(), 0, threading.Event(), 0, settings
        self.errors = []
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


class World:
    """The disk, what is open, and the server that hears of each step."""

    def __init__(self, binary, seed):
        self.binary, self.random, self.log = binary, random.Random(seed), []
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pinlens-oracle-")).resolve()
        self.one, self.two = self.root / "work" / "one", self.root / "work" / "two"
        for folder in (self.root / "work" / ".git", self.one, self.two, self.root / "outside"):
            folder.mkdir(parents=True)
        (self.root / "outside" / "list.txt").write_text("opossum==1\n")
        (self.root / "outside" / "tool.py").write_text("import opossum\n")
        for folder in (self.one, self.two):
            (folder / "requirements.txt").write_text("redis\n")
            (folder / "app.py").write_text("import redis\n")
        self.folders, self.settings, self.open, self.notebooks = [self.one, self.two], {}, {}, {}
        self.server = Server(binary, self.root, self.folders, self.settings)

    # the disk

    def text(self, name):
        pick, some = self.random.choice, lambda lines: "".join(f"{self.random.choice(lines)}\n" for _ in range(self.random.randrange(5)))
        if name.endswith(".py"):
            return some(CODE)
        if name.endswith(".ipynb"):
            cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": some(CODE)} for _ in range(2)]
            return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        return {"pyproject.toml": lambda: pick(PYPROJECT), "pinlens.toml": lambda: pick(OWN), ".gitignore": lambda: some(IGNORED),
                "Dockerfile": lambda: f"FROM python:3.12\nCOPY {pick(['.', *LISTS])} ./\nRUN pip install -r {pick(LISTS)}\nCMD [\"python\", \"{pick(PYTHON)}\"]\n",
                "tox.ini": lambda: f"[testenv]\ndeps =\n    {pick(LINES)}\n    -r {pick(LISTS)}\ncommands = pytest\n",
                "Procfile": lambda: f"web: gunicorn {pick(['app', 'pkg.part'])}:app\n"}.get(name, lambda: some(LINES))()

    def place(self):
        return self.random.choice([self.one, self.one, self.two]), self.random.choice(PYTHON + LISTS + OTHERS)

    def watched(self, *changes):
        """The client's watcher reports what has changed on disk."""
        self.server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind} for path, kind in changes]})

    def write(self):
        folder, name = self.place()
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            kind = 2 if path.exists() else 1
            path.write_bytes(b"\xe9" if self.random.random() < 0.05 else self.text(name).encode())
        except OSError:
            return
        self.watched((path, kind))

    def delete(self):
        folder, name = self.place()
        path = folder / name
        if path.is_file() and not path.is_symlink():
            path.unlink()
            self.watched((path, 3))

    def delete_folder(self):
        folder = self.random.choice([self.one, self.two]) / self.random.choice(["pkg", "sub", "deps", "deep"])
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
            self.watched((folder, 3))

    def rename(self):
        (folder, name), (_, other) = self.place(), self.place()
        old, new = folder / name, folder / other
        if not old.is_file() or old.is_symlink() or new.is_symlink() or old == new or old.as_uri() in self.open or new.as_uri() in self.open:
            return
        try:
            new.parent.mkdir(parents=True, exist_ok=True)
            old.replace(new)
        except OSError:
            return
        self.watched((old, 3), (new, 1))

    def link(self):
        folder, (name, target) = self.random.choice([self.one, self.two]), self.random.choice(LINKS)
        path = folder / name
        if path.is_symlink():
            path.unlink()
            self.watched((path, 3))
        elif not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(target)
            self.watched((path, 1))

    def rebuild(self):
        """The environment is made anew, with another version of Python."""
        venv = self.one / ".venv"
        if venv.exists():
            shutil.rmtree(venv)
            self.watched((venv, 3))
        site = venv / f"lib/python3.{self.random.choice([11, 12])}/site-packages"
        for name in self.random.sample(["brewery", "redis", "flask"], self.random.randrange(3)):
            info = site / f"{name}-{self.random.choice(['1.0', '5.0.0'])}.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Name: {name}\nVersion: {info.name.split('-')[1].removesuffix('.dist-info')}\nRequires-Dist: pyyaml\n")
            (info / "RECORD").write_text(f"{self.random.choice([name, 'homegrown'])}/__init__.py,,\n")
            self.watched((info, 1))
        if venv.exists():
            (venv / "pyvenv.cfg").write_text("version = 3.12.1\n")
            self.watched((venv, 1))

    def install(self):
        venv = self.one / ".venv"
        sites = sorted(venv.glob("lib/python3.*/site-packages"))
        site = sites[0] if sites else venv / "lib/python3.12/site-packages"
        info = site / f"{self.random.choice(['brewery', 'redis', 'flask'])}-1.0.dist-info"
        site.mkdir(parents=True, exist_ok=True)
        (venv / "pyvenv.cfg").write_text("version = 3.12.1\n")
        if info.exists():
            shutil.rmtree(info)
            self.watched((info, 3))
            return
        info.mkdir()
        self.watched((info, 1))  # pip has not written it yet
        (info / "METADATA").write_text(f"Name: {info.name.split('-')[0]}\nVersion: 1.0\nRequires-Dist: pyyaml\n")
        if self.random.random() < 0.7:
            (info / "RECORD").write_text("homegrown/__init__.py,,\n")
        self.watched((info, 2))

    # documents

    def open_document(self):
        folder, name = self.place()
        path = folder / name
        if path.as_uri() in self.open or name.endswith(".ipynb") or path.is_symlink() or not path.parent.is_dir():
            return
        try:
            text = path.read_text() if path.is_file() and self.random.random() < 0.7 else self.text(name)
        except (OSError, ValueError):
            return
        language = "python" if name.endswith(".py") else "pip-requirements" if name in LISTS else "plaintext"
        self.open[path.as_uri()] = [path, language, 1, text]
        self.server.notify("textDocument/didOpen", opened(path.as_uri(), *self.open[path.as_uri()][1:]))

    def some_open(self):
        return self.random.choice(list(self.open)) if self.open else None

    def edit(self):
        uri = self.some_open()
        if uri is None:
            return
        document = self.open[uri]
        changes = []
        for _ in range(self.random.randrange(1, 4)):
            lines = document[3].split("\n")
            if self.random.random() < 0.2:
                document[3] = self.text(document[0].name)
                changes.append({"text": document[3]})
                continue
            first = self.random.randrange(len(lines))
            last = self.random.randrange(first, len(lines))
            start, end = self.random.randrange(len(lines[first]) + 1), self.random.randrange(len(lines[last]) + 1)
            if first == last:
                start, end = sorted((start, end))
            new = self.random.choice(["", "\n", "x", "import redis\n", "redis\n", "é", "#"])
            document[3] = "\n".join(lines[:first] + [lines[first][:start]]) + new + "\n".join([lines[last][end:]] + lines[last + 1:])
            changes.append({"range": {"start": {"line": first, "character": start}, "end": {"line": last, "character": end}}, "text": new})
        document[2] += 1
        self.server.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": document[2]}, "contentChanges": changes})

    def save(self):
        uri = self.some_open()
        if uri is None:
            return
        path, text = self.open[uri][0], self.open[uri][3]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            kind = 2 if path.exists() else 1
            path.write_text(text)
        except OSError:
            return
        self.server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        self.watched((path, kind))

    def close(self):
        uri = self.some_open()
        if uri is not None:
            del self.open[uri]
            self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def notebook(self):
        path = self.one / "note.ipynb"
        uri = path.as_uri()
        if uri in self.notebooks:
            del self.notebooks[uri]
            self.server.notify("notebookDocument/didClose", {"notebookDocument": {"uri": uri}, "cellTextDocuments": [{"uri": f"{uri}#c"}]})
            return
        self.notebooks[uri] = self.text("x.py")
        self.server.notify("notebookDocument/didOpen", notebook_opened(uri, self.notebooks[uri]))

    # settings

    def configure(self):
        self.settings = self.random.choice(SETTINGS)
        self.server.settings = self.settings
        before = self.server.pulled
        self.server.notify("workspace/didChangeConfiguration", {"settings": None})
        end = time.time() + PATIENCE
        while self.server.pulled == before and time.time() < end:
            time.sleep(0.005)

    def change_folders(self):
        added, removed = ([], [self.two]) if self.two in self.folders else ([self.two], [])
        self.folders = [folder for folder in self.folders if folder not in removed] + added
        event = {"added": [folder_of(folder) for folder in added], "removed": [folder_of(folder) for folder in removed]}
        self.server.notify("workspace/didChangeWorkspaceFolders", {"event": event})

    def step(self):
        steps = [(self.write, 20), (self.edit, 30), (self.open_document, 12), (self.close, 6), (self.save, 8), (self.delete, 8), (self.rename, 4), (self.link, 5),
                 (self.install, 3), (self.rebuild, 1), (self.delete_folder, 1), (self.notebook, 2), (self.configure, 1), (self.change_folders, 1)]
        step = self.random.choices([step for step, _ in steps], [weight for _, weight in steps])[0]
        self.log.append(step.__name__)
        step()

    def busy(self):
        """A server that has nothing to do does nothing; it is looked at once in each repository."""
        if len(self.log) < WORLD * BATCH:
            return None
        for _ in range(5):  # what is due after some quiet may come first
            before = cpu(self.server.process)
            time.sleep(0.3)
            if cpu(self.server.process) - before < 0.03:
                return None
        return {"": "the server works though nothing happens"}

    def compare(self):
        fresh = Server(self.binary, self.root, self.folders, self.settings)
        try:
            for uri, document in self.open.items():
                fresh.notify("textDocument/didOpen", opened(uri, *document[1:]))
            for uri, text in self.notebooks.items():
                fresh.notify("notebookDocument/didOpen", notebook_opened(uri, text))
            fresh.ready.wait(PATIENCE)
            fresh.flush()
            end, quiet = time.time() + PATIENCE, None
            while time.time() < end:
                expected, found = fresh.findings(), self.server.findings()
                if expected == found:
                    # twice, so that nothing is on its way
                    if quiet == found:
                        return self.busy()
                    quiet = found
                self.server.flush()
                fresh.flush()
                time.sleep(0.02)
            return {uri: {"fresh": expected.get(uri), "this": found.get(uri)} for uri in expected.keys() | found.keys() if expected.get(uri) != found.get(uri)}
        finally:
            fresh.stop()


def cpu(process):
    """The processor time that it has used, in seconds."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def opened(uri, language, version, text):
    return {"textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}}


def notebook_opened(uri, text):
    cell = {"kind": 2, "document": f"{uri}#c"}
    return {"notebookDocument": {"uri": uri, "notebookType": "jupyter-notebook", "version": 1, "cells": [cell]},
            "cellTextDocuments": [{"uri": f"{uri}#c", "languageId": "python", "version": 1, "text": text}]}


def world(binary, seed, batches):
    """The steps of one repository; what differs, in words."""
    world = World(binary, seed)
    try:
        for _ in range(batches):
            for _ in range(BATCH):
                world.step()
            differs = world.compare()
            if differs:
                documents = {uri: document[1:] for uri, document in world.open.items()}
                return "\n".join([
                    f"seed {seed}, after {len(world.log)} steps in {world.root}: {' '.join(world.log[-BATCH:])}",
                    json.dumps(differs, indent=1, ensure_ascii=False),
                    f"open: {json.dumps(documents, ensure_ascii=False)}; notebooks: {world.notebooks}; settings: {world.settings}; folders: {world.folders}",
                ])
    except SystemExit as ended:
        return f"seed {seed}, after {len(world.log)} steps in {world.root}: {' '.join(world.log[-BATCH:])}\n{ended}"
    finally:
        world.server.stop()
    shutil.rmtree(world.root)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    began, batches = time.time(), -(-options.steps // BATCH)
    sizes = [min(WORLD, batches - done) for done in range(0, batches, WORLD)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        worlds = [pool.submit(world, options.binary, options.seed + number, size) for number, size in enumerate(sizes)]
        for done, one in enumerate(worlds):
            if wrong := one.result():
                print(wrong)
                pool.shutdown(cancel_futures=True)
                return 1
            if done % 100 == 99:
                print(f"{(done + 1) * WORLD * BATCH} steps, {time.time() - began:.0f} s", flush=True)
    print(f"{batches * BATCH} steps, {batches} comparisons, {time.time() - began:.0f} s: the server always equals a fresh one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
