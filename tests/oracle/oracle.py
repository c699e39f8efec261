"""After any steps the server reports what a fresh one reports of the same disk, open documents and settings.

    oracle.py BINARY [--steps N] [--seed N | random] [--batch N] [--jobs N]
    oracle.py BINARY --fewest SEED:STEPS

Random steps are taken in a repository with two workspace folders: files are written, deleted, renamed and linked, documents opened,
edited, saved, renamed, deleted and closed; notebooks, ignore files, files that include each other across the folders, deployments, half-written
installations, branches, settings, folders added, nested and removed. After each batch a fresh server is started, and both must hold the same findings of the same files. A batch
that differs is printed with its seed, which repeats it; the folder is kept, with what was sent in `sent.txt`. `--fewest` takes steps out of that as long as the rest still
differs. A million steps: `--steps 1000000 --jobs 4`.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

from client import PATIENCE, Server, cell_opened, cpu, folder_of, notebook_opened, opened

BATCH = 40  # the steps between two comparisons
WORLD = 10  # the batches taken in one repository
ATTEMPTS = 3  # how often something must be tried that may depend on how quickly the steps come
FILES = 4  # the files that are shown of those that differ

CODE = ["import redis", "import yaml", "import os", "import pkg.part", "import alias.part", "from pkg import part", "import requests",
        "try:\n    import redis\nexcept ImportError:\n    redis = None", "if True:\n    import numpy", "import gone.part", "x = '", "def f():\n    import flask",
        "import homegrown", "import local"]
LINES = ["redis", "redis==5.0.0", "pyyaml", "requests>=2", "flask", "numpy", "brewery", "-r base.list", "-r deps/more.list", "-r ../two/requirements.txt", "-c pins.txt",
         "-r ../../outside/list.txt", "-r link.txt", "redis @", "==1", "# redis", "-e ."]
IGNORED = ["sub/", "*.list", "new.py", "/pkg/", "!new.py", "requirements.txt", "link*"]
PYPROJECT = ['[project]\nname = "x"\ndependencies = ["redis"]\n', "[project]\ndependencies = []\n", "[tool.pinlens]\nignore = [\"unused-requirement\"]\n", "[project\n", ""]
OWN = ["", 'keep = ["flask"]\n', 'exclude = ["sub/"]\n', 'requirements = ["deps/*.list"]\n', "[severity]\nunused-requirement = \"error\"\n", "x ="]
PYTHON = ["app.py", "new.py", "sub/c.py", "sub/local.py", "pkg/__init__.py", "pkg/part.py", "local.py", "deep/er/d.py"]
LISTS = ["requirements.txt", "dev-requirements.txt", "base.list", "deps/more.list", "pins.txt", "requirements/prod.txt", "sub/requirements.txt"]
OTHERS = ["pyproject.toml", "pinlens.toml", ".gitignore", "Dockerfile", "Procfile", "note.ipynb", "tox.ini"]
LINKS = [("alias", "pkg"), ("link.txt", "../../outside/list.txt"), ("sub/linked.py", "../local.py"), ("linked-requirements.txt", "requirements.txt"),
         ("round", "."), ("away", "../../outside"), ("more", "deep"), ("other", "../two/pkg"), ("pkg/linked.py", "../deep/er/d.py"), ("sub/deep", "../deep")]
SETTINGS = [{}, {"ignore": ["unused-requirement"]}, {"severity": {"undeclared-import": "warning"}}, {"environment": "none"}, {"exclude": ["pkg/"]}, {"diagnosticMode": "openFilesOnly"},
            {"environment": ".venv"}, {"requirements": ["deps/*.list"]}, {"map": {"gone": "brewery"}}]


class World:
    """The disk, what is open, and the server that hears of each step."""

    def __init__(self, binary, seed):
        self.binary, self.seed, self.log = binary, seed, []
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
        self.gone, self.cells = set(), 0  # what is open although its file was deleted in the editor; the number of the last cell
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
        """A file; none of which the editor holds the text although it deleted it: whether that counts again is a matter of moments."""
        while True:
            folder, name = self.random.choice([self.one, self.one, self.two]), self.random.choice(PYTHON + LISTS + OTHERS)
            if (folder / name).as_uri() not in self.gone:
                return folder, name

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
        if folder.is_dir() and not folder.is_symlink() and folder not in self.folders:
            shutil.rmtree(folder)
            self.watched((folder, 3))

    def rename_folder(self):
        above = self.random.choice([self.one, self.two])
        old, new = (above / name for name in self.random.sample(["pkg", "sub", "deps", "deep", "gone"], 2))
        if old.is_dir() and not old.is_symlink() and not os.path.lexists(new) and old not in self.folders:
            old.rename(new)
            self.watched((old, 3), (new, 1))

    def branch(self):
        """So many files come or go at once that the server looks at the whole folder."""
        folder = self.random.choice([self.one, self.two]) / "many"
        paths = [folder / f"m{number}.py" for number in range(120)]
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.mkdir()
            for path in paths:
                path.write_text(self.text(path.name))
        self.watched(*((path, 1 if folder.is_dir() else 3) for path in paths))

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
        metadata = f"Name: {info.name.split('-')[0]}\nVersion: 1.0\nRequires-Dist: pyyaml\n"
        (info / "METADATA").write_text(metadata[:self.random.randrange(len(metadata))] if self.random.random() < 0.3 else metadata)
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

    def rename_open(self):
        """A file is renamed in the editor that shows it: the document of its old name is closed and one of the new opened."""
        uri, (folder, name) = self.some_open(), self.place()
        new = folder / name
        if uri is None or uri in self.gone or new.as_uri() in self.open or os.path.lexists(new) or new.suffix == ".ipynb" or not new.parent.is_dir():
            return
        old, language, version, text = self.open.pop(uri)
        if old.is_file():
            old.replace(new)
        self.server.notify("workspace/didRenameFiles", {"files": [{"oldUri": uri, "newUri": new.as_uri()}]})
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.open[new.as_uri()] = [new, language, version, text]
        self.server.notify("textDocument/didOpen", opened(new.as_uri(), language, version, text))
        self.watched((old, 3), (new, 1))

    def delete_open(self):
        """A file is deleted in the editor, which may hold its text for minutes more."""
        uri = self.some_open()
        if uri is None or uri in self.gone or not self.open[uri][0].is_file():
            return
        self.open[uri][0].unlink()
        self.server.notify("workspace/didDeleteFiles", {"files": [{"uri": uri}]})
        self.watched((self.open[uri][0], 3))
        self.gone.add(uri)
        if self.random.random() < 0.5:
            self.shut(uri)

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
        self.gone.discard(uri)
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
        self.gone.discard(uri)
        self.server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        self.watched((path, kind))

    def close(self):
        uri = self.some_open()
        if uri is not None:
            self.shut(uri)

    def shut(self, uri):
        del self.open[uri]
        self.gone.discard(uri)
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def notebook(self):
        """A notebook is opened or closed."""
        path = self.random.choice([self.one, self.two]) / "note.ipynb"
        uri = path.as_uri()
        if uri in self.notebooks:
            _, cells = self.notebooks.pop(uri)
            self.server.notify("notebookDocument/didClose", {"notebookDocument": {"uri": uri}, "cellTextDocuments": [{"uri": cell} for cell, _ in cells]})
            return
        self.notebooks[uri] = [1, [self.cell(uri) for _ in range(self.random.randrange(1, 4))]]
        self.server.notify("notebookDocument/didOpen", notebook_opened(uri, self.notebooks[uri][1]))

    def cell(self, uri):
        self.cells += 1
        return [f"{uri}#c{self.cells}", self.text("x.py")]

    def edit_notebook(self):
        """A cell has another text, or cells come and go."""
        if not self.notebooks:
            return
        uri = self.random.choice(list(self.notebooks))
        notebook = self.notebooks[uri]
        notebook[0] += 1
        cells = notebook[1]
        if cells and self.random.random() < 0.6:
            cell = self.random.choice(cells)
            cell[1] = self.text("x.py")
            change = {"textContent": [{"document": {"uri": cell[0], "version": notebook[0]}, "changes": [{"text": cell[1]}]}]}
        else:
            start = self.random.randrange(len(cells) + 1)
            gone, new = cells[start:start + self.random.randrange(3)], [self.cell(uri) for _ in range(self.random.randrange(3))]
            cells[start:start + len(gone)] = new
            array = {"start": start, "deleteCount": len(gone), "cells": [{"kind": 2, "document": cell} for cell, _ in new]}
            change = {"structure": {"array": array, "didOpen": [cell_opened(*cell) for cell in new], "didClose": [{"uri": cell} for cell, _ in gone]}}
        self.server.notify("notebookDocument/didChange", {"notebookDocument": {"uri": uri, "version": notebook[0]}, "change": {"cells": change}})

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
        folder = self.random.choice([self.two, self.one / "sub"])
        if folder not in self.folders:
            if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
                return
            folder.mkdir(exist_ok=True)
        added, removed = ([], [folder]) if folder in self.folders else ([folder], [])
        self.folders = [folder for folder in self.folders if folder not in removed] + added
        event = {"added": [folder_of(folder) for folder in added], "removed": [folder_of(folder) for folder in removed]}
        self.server.notify("workspace/didChangeWorkspaceFolders", {"event": event})

    def step(self, number):
        """Each step has chances of its own, so that it does the same, as far as it can, where others are left out."""
        self.random = random.Random(f"{self.seed}:{number}")
        steps = [(self.write, 20), (self.edit, 30), (self.open_document, 12), (self.close, 6), (self.save, 8), (self.delete, 8), (self.rename, 4), (self.link, 5),
                 (self.install, 3), (self.rebuild, 1), (self.delete_folder, 1), (self.rename_folder, 1), (self.branch, 0.3), (self.rename_open, 2), (self.delete_open, 1),
                 (self.notebook, 2), (self.edit_notebook, 3), (self.configure, 1), (self.change_folders, 1)]
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
            for uri, document in ((uri, document) for uri, document in self.open.items() if uri not in self.gone):
                fresh.notify("textDocument/didOpen", opened(uri, *document[1:]))
            for uri, (_, cells) in self.notebooks.items():
                fresh.notify("notebookDocument/didOpen", notebook_opened(uri, cells))
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


def shown(differs):
    """What differs in the first files, and how many more there are."""
    rows = lambda one: abs(len(one["fresh"] or []) - len(one["this"] or [])) if isinstance(one, dict) else 0
    files = sorted(differs.items(), key=lambda item: (-rows(item[1]), item[0]))
    lines = [f"{uri}\n    fresh: {json.dumps(one['fresh'], ensure_ascii=False)}\n    this:  {json.dumps(one['this'], ensure_ascii=False)}" for uri, one in files[:FILES]
             if isinstance(one, dict)] or [str(differs)]
    return "\n".join(lines + ([f"and {len(files) - FILES} files more"] if len(files) > FILES else []))


def world(binary, seed, steps, batch):
    """The steps of one repository; what differs, in words."""
    return taken(binary, seed, range(1, steps + 1), batch)


def taken(binary, seed, numbers, batch):
    """What differs after the steps of these numbers, in words; looked at after each batch."""
    world = World(binary, seed)
    numbers, before = list(numbers), 0
    try:
        for count, number in enumerate(numbers, 1):
            world.step(number)
            differs = world.compare() if number // batch > before // batch or count == len(numbers) else None
            before = number
            if differs:
                (world.root / "sent.txt").write_text("\n".join(world.server.sent))
                documents = {uri: document[1:] for uri, document in world.open.items()}
                return "\n".join([
                    f"--fewest {seed}:{number} repeats it: after {len(world.log)} steps in {world.root}: {' '.join(world.log[-BATCH:])}",
                    shown(differs),
                    f"open: {json.dumps(documents, ensure_ascii=False)}; notebooks: {world.notebooks}; settings: {world.settings}; folders: {world.folders}",
                ])
    except SystemExit as ended:
        return f"seed {seed}, after {len(world.log)} steps in {world.root}: {' '.join(world.log[-BATCH:])}\n{ended}"
    finally:
        world.server.stop()
    shutil.rmtree(world.root)
    return None


def fewest(binary, seed, steps, batch):
    """Takes steps out, as long as what the others leave still differs. How quickly they come counts too, so each attempt is made again."""
    def differs(numbers):
        wrong = next(filter(None, (taken(binary, seed, numbers, batch) for _ in range(ATTEMPTS))), None)
        for folder in re.findall(r"steps in (\S+):", wrong or ""):
            shutil.rmtree(folder, ignore_errors=True)
        return wrong

    numbers, size = list(range(1, steps + 1)), max(steps // 2, 1)
    if not differs(numbers):
        print("it does not differ now")
        return
    while size:
        at = 0
        while at < len(numbers):
            fewer = numbers[:at] + numbers[at + size:]
            if fewer and differs(fewer):
                numbers = fewer
                print(f"{len(numbers)} steps: {numbers}", flush=True)
            else:
                at += size
        size //= 2
    print(differs(numbers))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", default="1", help="a number, or `random`: each repository has the next one")
    parser.add_argument("--batch", type=int, default=BATCH, help="the steps between two comparisons: with 1 the step shows that did it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--fewest", metavar="SEED:STEPS", help="take steps out of what differed, as long as it still does")
    options = parser.parse_args()
    if options.fewest:
        return fewest(options.binary, *map(int, options.fewest.split(":")), options.batch)
    seed = random.SystemRandom().randrange(10**9) if options.seed == "random" else int(options.seed)
    print(f"seed {seed}", flush=True)
    began, each = time.time(), WORLD * BATCH
    sizes = [min(each, options.steps - done) for done in range(0, options.steps, each)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        worlds = [pool.submit(world, options.binary, seed + number, size, options.batch) for number, size in enumerate(sizes)]
        for done, one in enumerate(worlds):
            if wrong := one.result():
                print(wrong)
                pool.shutdown(cancel_futures=True)
                return 1
            if done % 100 == 99:
                print(f"{(done + 1) * each} steps, {time.time() - began:.0f} s", flush=True)
    print(f"{options.steps} steps, {sum(size // options.batch for size in sizes)} comparisons, {time.time() - began:.0f} s: the server always equals a fresh one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
