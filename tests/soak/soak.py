"""A working day: keystrokes, saves, branches switched, environments rebuilt; memory and latency must stay what they were.

    soak.py BINARY [--keystrokes N] [--files N]

Prints a line for each tenth of the day: the memory of the server, and how long the answers to requests took that followed a keystroke at
once. Exit code 1 where the last tenth needs more than the second one.
"""
import argparse
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))
from serverpipes import Client  # noqa: E402

MODULES = ["redis", "yaml", "requests", "flask", "numpy", "os", "sys", "attr", "click", "django", "pandas"]
ASK_EVERY = 10  # the keystrokes between two requests
# what the last tenth may need over the second: memory in parts and MB, latency in parts and milliseconds
MEMORY, MEMORY_MORE = 1.10, 8
LATENCY, LATENCY_MORE = 1.5, 2.0


class Day:
    """The folder, what is open, and who types."""

    def __init__(self, binary, files):
        self.random = random.Random(1)
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pinlens-soak-")).resolve()
        (self.root / ".git").mkdir()
        self.paths = [self.root / f"pkg{number % 20}" / f"m{number}.py" for number in range(files)]
        self.branch(0)
        self.environment(0)
        self.server = Client(binary, self.root, {"PATH": os.environ["PATH"], "HOME": str(self.root)})
        self.server.request("workspace/symbol", {"query": ""})
        self.versions, self.texts = {}, {}

    def branch(self, number):
        """Another branch: a third of the files has another text, some are gone, the requirements differ."""
        changed = []
        for at, path in enumerate(self.paths):
            if number and at % 3 != number % 3:
                continue
            changed.append((path, 2 if path.exists() else 1))
            if (at + number) % 30 == 7:
                if path.exists():
                    path.unlink()
                    changed[-1] = (path, 3)
                continue
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(f"import {self.random.choice(MODULES)}\n" for _ in range(5)) + f"from pkg{at % 7} import m{at % 50}\n\ndef f():\n    return {number}\n")
        (self.root / "requirements.txt").write_text("".join(f"{name}\n" for name in self.random.sample(["redis", "pyyaml", "requests", "flask", "numpy"], 4)))
        return changed + [(self.root / "requirements.txt", 2)]

    def environment(self, number):
        site = self.root / ".venv/lib/python3.12/site-packages"
        shutil.rmtree(self.root / ".venv", ignore_errors=True)
        changed = []
        for name in ("redis", "PyYAML", "flask", f"other{number % 3}"):
            info = site / f"{name}-{number % 5 + 1}.0.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Name: {name}\nVersion: {number % 5 + 1}.0\nRequires-Dist: click\n")
            (info / "RECORD").write_text(f"{name.lower()}/__init__.py,,\n")
            changed.append((info, 1))
        (self.root / ".venv/pyvenv.cfg").write_text("version = 3.12.1\n")
        return changed

    def watched(self, changed):
        for start in range(0, len(changed), 200):
            changes = [{"uri": path.as_uri(), "type": kind} for path, kind in changed[start:start + 200]]
            self.server.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def open(self, path):
        text = path.read_text() if path.exists() else ""
        self.versions[path], self.texts[path] = 1, text
        language = "python" if path.suffix == ".py" else "pip-requirements"
        self.server.notify("textDocument/didOpen", {"textDocument": {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}})

    def close(self, path):
        del self.versions[path], self.texts[path]
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def type(self, path, character):
        """One keystroke at the end of the text; a line is taken away again once it is long."""
        text = self.texts[path]
        lines = text.split("\n")
        end = {"line": len(lines) - 1, "character": len(lines[-1])}
        if len(lines) > 40:
            start = {"line": 10, "character": 0}
            change, text = {"range": {"start": start, "end": end}, "text": ""}, "\n".join(lines[:10]) + "\n"
        else:
            change, text = {"range": {"start": end, "end": end}, "text": character}, text + character
        self.texts[path] = text
        self.versions[path] += 1
        document = {"uri": path.as_uri(), "version": self.versions[path]}
        self.server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def ask(self, path):
        """How long the answer to a request takes that follows a keystroke, in milliseconds."""
        began = time.perf_counter()
        self.server.request("textDocument/hover", {"textDocument": {"uri": path.as_uri()}, "position": {"line": 0, "character": 8}})
        return (time.perf_counter() - began) * 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--keystrokes", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=1000)
    options = parser.parse_args()
    day, tenths, began = Day(options.binary, options.files), [], time.time()
    typed = "\nimport redis\nfrom yaml import safe_load\nimport requests as r\nx = 'a'\ndef f():\n    import flask\n"
    requirements = day.root / "requirements.txt"
    path, took, branch = day.paths[0], [], 0
    day.open(path)
    day.open(requirements)
    size = options.keystrokes // 10
    for number in range(1, options.keystrokes + 1):
        day.type(path, typed[number % len(typed)])
        if number % ASK_EVERY == 0:
            took.append(day.ask(path))
        if number % 97 == 0:
            day.type(requirements, "#")
        if number % 500 == 0:
            day.close(path)
            path = day.paths[number // 500 * 7 % len(day.paths)]
            day.open(path)
        if number % (size // 4) == 0:
            branch += 1
            day.watched(day.branch(branch))
            day.watched(day.environment(branch))
            day.ask(path)
        if number % size == 0:
            time.sleep(1)  # what is told late is told
            day.ask(path)
            took.sort()
            tenths.append((day.server.memory(), took[len(took) // 2], took[len(took) * 99 // 100]))
            memory, half, most = tenths[-1]
            print(f"{number:>7} keystrokes: {memory:6.1f} MB, an answer in {half:5.2f} ms, 99 of 100 in {most:6.2f} ms", flush=True)
            took = []
    day.server.process.kill()
    shutil.rmtree(day.root)
    second, last = tenths[1], tenths[-1]
    wrong = []
    if last[0] > second[0] * MEMORY + MEMORY_MORE:
        wrong.append("memory grows")
    if last[1] > second[1] * LATENCY + LATENCY_MORE:
        wrong.append("answers take longer")
    print(f"{options.keystrokes} keystrokes, {branch} branches and environments, {time.time() - began:.0f} s: {', '.join(wrong) or 'memory and latency stay what they were'}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
