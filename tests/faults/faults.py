"""What pinlens leaves behind, and how it ends, when something around it fails.

    faults.py BINARY [--files N]

Each check runs a command of its own in a folder of its own. After a fault: a file that is written is as before or as after, nothing lies
beside it, the exit code is not that of success, and the message names the file. N files are created and deleted under a server.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))
from serverpipes import Client  # noqa: E402

NOBODY = 65534
PATIENCE = 60  # the seconds in which a server must have answered
CODE = "import redis\nimport yaml\n"
OLD = "flask==3.0.0\nunusedthing==1\n"
CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
# what changes the disk, or comes between two such calls of the thread that writes
PHASE = re.compile(r"O_TMPFILE|O_CREAT")
wrong = []


def report(what, problem):
    wrong.append(f"{what}: {problem}")
    print(f"{what}: {problem}", flush=True)


def scratch():
    """A folder that everybody may enter."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="pinlens-faults-")).resolve()
    root.chmod(0o755)
    return root


def project(root, files):
    shutil.rmtree(root / "work", ignore_errors=True)
    for name, text in ({".git/HEAD": ""} | files).items():
        path = root / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root / "work"


def variables(root):
    return {"PATH": os.environ["PATH"], "HOME": str(root / "home"), "LC_ALL": "C.UTF-8"}


def run(root, command, **options):
    ended = subprocess.run(command, cwd=root / "work", env=variables(root), capture_output=True, timeout=120, **options)
    return ended.returncode, (ended.stdout + ended.stderr).decode(errors="replace")


def tree(folder):
    """Every file below the folder but git's, with its text."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]
    return {str(path.relative_to(folder)): path.read_text() for path in files}


# what is written: the arguments, the files before
WRITES = {
    "fix": (["fix", "--unsafe", "--env", "none"], {"app.py": CODE, "requirements.txt": OLD}),
    "a new file": (["fix", "--unsafe", "--env", "none"], {"app.py": CODE}),
    "a new baseline": (["check", "--write-baseline", "--env", "none"], {"app.py": CODE, "requirements.txt": OLD}),
    "a baseline again": (["check", "--write-baseline", "--env", "none"], {"app.py": CODE, "requirements.txt": OLD, "pinlens-baseline.json": "{\n  \"version\": 1,\n  \"findings\": []\n}\n"}),
}


def calls_while_writing(log):
    """The system calls of the thread that writes, from its first open for writing on: name and number among its calls of that name."""
    counts, begun, found = collections.Counter(), set(), []
    for line in log.read_text(errors="replace").splitlines():
        match = CALL.match(line)
        if not match:
            continue
        thread, name, rest = match.groups()
        counts[thread, name] += 1
        if name.startswith("open") and PHASE.search(rest):
            begun.add(thread)
        if thread in begun:
            found.append((name, counts[thread, name]))
    return found


def interrupted_writes(binary):
    """Killed at each system call, or failed by each that can fail for want of room or permission."""
    root, tried = scratch(), 0
    for what, (args, files) in WRITES.items():
        project(root, files)
        before = tree(root / "work")
        log = root / "trace"
        run(root, ["strace", "-f", "-qq", "-o", str(log), binary, *args])
        after = tree(root / "work")
        if after == before:
            report(what, "nothing is written without a fault")
        for name, number in dict.fromkeys(calls_while_writing(log)):
            if name in ("exit_group", "exit"):
                continue
            for fault in ["signal=KILL"] + [f"error={error}" for error in errors_of(name)]:
                project(root, files)
                code, text = run(root, ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"inject={name}:{fault}:when={number}", binary, *args])
                judge(f"{what}, {fault} at {name} {number}", root, before, after, code, text, fault)
                tried += 1
                # the next run does the whole work and leaves nothing of the first
                for path in (root / "work").glob(".pinlens-*"):
                    os.utime(path, (0, 0))
                run(root, [binary, *args])
                if what.startswith("a ") and "baseline" in what:
                    continue
                if (left := tree(root / "work")) != after:
                    report(f"{what}, after {fault} at {name} {number}", f"the next run leaves {left}")
    shutil.rmtree(root)
    return tried


def errors_of(name):
    return {"write": ["ENOSPC", "EIO"], "fsync": ["EIO"], "linkat": ["ENOSPC", "EPERM"], "rename": ["EACCES"], "renameat": ["EACCES"],
            "renameat2": ["EACCES"], "fchmod": ["EPERM"], "fchown": ["EPERM"], "openat": ["EACCES"]}.get(name, [])


def judge(what, root, before, after, code, text, fault):
    now = tree(root / "work")
    extra = sorted(now.keys() - before.keys() - after.keys())
    for name in (before | after).keys():
        if now.get(name) not in (before.get(name), after.get(name)):
            report(what, f"{name} is {now.get(name)!r}")
    if extra and not (fault == "signal=KILL" and all(name.startswith(".pinlens-") and name.endswith(".tmp") for name in extra)):
        report(what, f"left behind: {extra}")
    if "panicked" in text:
        report(what, text[-300:])
    if fault != "signal=KILL" and now == before and code in (0, 1) and "baseline" not in what:
        report(what, f"exit {code} though nothing was written: {text[-200:]}")


def full_disk(binary):
    """A file system that is full: by a real one where it may be mounted, else the injected errors must do."""
    root = scratch()
    work = root / "work"
    work.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(work)], capture_output=True).returncode == 0
    if not mounted:
        print("a full disk: nothing may be mounted here, so write errors are injected instead")
        return
    try:
        for what, (args, files) in WRITES.items():
            for path in list(work.iterdir()):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for name, text in files.items():
                (work / name).write_text(text)
            before = tree(work)
            with (work / "filler").open("wb", buffering=0) as filler:
                for size in (4096, 1):
                    try:
                        while filler.write(b"x" * size):
                            pass
                    except OSError:
                        pass
            code, text = run(root, [binary, *args])
            now = {name: text for name, text in tree(work).items() if name != "filler"}
            if now != before:
                report(f"a full disk, {what}", f"left {now}")
            if code != 2 or "No space left" not in text:
                report(f"a full disk, {what}", f"exit {code}: {text[-200:]}")
    finally:
        subprocess.run(["umount", str(work)], check=True)
    shutil.rmtree(root)


def as_nobody(root, binary):
    """The command line that runs pinlens without the rights of the super-user."""
    tool = root / "pinlens"
    shutil.copy(binary, tool)
    tool.chmod(0o755)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(tool)] if os.geteuid() == 0 else [str(tool)]


def permissions(binary):
    """What may not be read or written by an ordinary user."""
    root = scratch()
    tool = as_nobody(root, binary)
    files = {"app.py": CODE, "requirements.txt": OLD, "pkg/__init__.py": "", "pkg/part.py": "import flask\n"}
    for what in ["requirements.txt", "pkg", "app.py"]:
        work = project(root, files)
        (work / what).chmod(0)
        code, text = run(root, [*tool, "check", "--env", "none"])
        # without a file of code the rest can be judged, without the requirements nothing can
        if f"skipped {what}" not in text or code not in ([2] if what == "requirements.txt" else [0, 1]):
            report(f"{what} is unreadable", f"exit {code}: {text[-300:]}")
        code, text = run(root, [*tool, "fix", "--unsafe", "--env", "none"])
        if what == "requirements.txt" and code != 2:
            report(f"fix, {what} is unreadable", f"exit {code}: {text[-300:]}")
        (work / what).chmod(0o755)
        for path in work.rglob("*"):
            path.chmod(0o755)
    for what, args in {"fix": ["fix", "--unsafe"], "baseline": ["check", "--write-baseline"]}.items():
        work = project(root, files)
        before = tree(work)
        work.chmod(0o555)
        (work / "requirements.txt").chmod(0o444)
        code, text = run(root, [*tool, *args, "--env", "none"])
        if code != 2 or tree(work) != before or not re.search("denied|read-only", text):
            report(f"{what} in a folder that is read-only", f"exit {code}: {text[-300:]}")
        work.chmod(0o755)
    # a home that cannot be written: nothing depends on a cache
    project(root, files)
    (root / "home").mkdir(mode=0o555)
    code, text = run(root, [*tool, "check", "--env", "none"])
    if code != 1:
        report("a home that is read-only", f"exit {code}: {text[-300:]}")
    shutil.rmtree(root)


def vanishing(binary):
    """Files come, go and turn into links that lead out, folders and pipes, while they are read."""
    root = scratch()
    names = [f"m{number}.py" for number in range(300)] + ["requirements.txt", "dev-requirements.txt", "pyproject.toml"]
    work = project(root, {name: "import redis\n" if name.endswith(".py") else "" for name in names})
    (root / "outside.txt").write_text("opossum==1\n")
    stop = threading.Event()

    def change():
        turn = 0
        while not stop.is_set():
            name = names[turn % len(names)] if turn % 3 else names[-1 - turn % 4]
            path, new = work / name, root / "new"
            turn += 1
            if new.is_symlink() or new.exists():
                new.unlink()
            kind = turn % 5
            if kind == 0:
                new.symlink_to(root / "outside.txt")
            elif kind == 1:
                os.mkfifo(new)
            elif kind == 2:
                path.unlink(missing_ok=True)
                continue
            else:
                new.write_text("import redis\n" if name.endswith(".py") else "flask\n")
            os.replace(new, path)

    threading.Thread(target=change, daemon=True).start()
    try:
        for _ in range(40):
            ended = subprocess.run([binary, "check", "--format", "json", "--env", "none"], cwd=work, env=variables(root), capture_output=True, timeout=60)
            text = (ended.stdout + ended.stderr).decode(errors="replace")
            if ended.returncode not in (0, 1, 2) or "panicked" in text or "opossum" in text:
                report("files that come and go", f"exit {ended.returncode}: {text[-300:]}")
            elif ended.returncode != 2 or ended.stdout:
                json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        report("files that come and go", repr(error))
    finally:
        stop.set()
    time.sleep(0.1)
    shutil.rmtree(root)


def replaced(binary):
    """A file, or the folder around it, is replaced after it was looked at and before it is opened: nothing outside is read, and nothing waits."""
    root = scratch()
    (root / "outside").mkdir()
    for name in ("list.txt", "requirements.txt"):
        (root / "outside" / name).write_text("opossum==1\n")

    def leads_out(path):
        path.unlink()
        path.symlink_to(root / "outside/list.txt")

    def is_a_pipe(path):
        path.unlink()
        os.mkfifo(path)

    def is_a_folder(path):
        path.unlink()
        path.mkdir()

    def grows(path):
        path.write_text("flask\n" * (6 << 20))

    def folder_leads_out(path):
        path.parent.rename(root / "away")
        path.parent.symlink_to(root / "outside")

    for change in (leads_out, is_a_pipe, is_a_folder, grows, pathlib.Path.unlink, folder_leads_out):
        shutil.rmtree(root / "away", ignore_errors=True)
        work = project(root, {"app.py": "import redis\n", "sub/requirements.txt": "flask\n"})
        path = work / "sub/requirements.txt"
        log = root / "trace"
        log.unlink(missing_ok=True)
        # each open of the file begins half a second late, which is time enough for another to be there
        command = ["strace", "-f", "-qq", "-P", str(path), "-e", "trace=openat,openat2", "-e", "inject=openat,openat2:delay_enter=700000", "-o", str(log)]
        process = subprocess.Popen([*command, binary, "check", "--env", "none"], cwd=work, env=variables(root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        until = time.time() + 20
        while time.time() < until and not (log.exists() and "requirements.txt" in log.read_text()):
            time.sleep(0.01)
        change(path)
        try:
            text = process.communicate(timeout=60)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            process.kill()
            report(f"{change.__name__} before it is opened", "it hangs")
            continue
        if "requirements.txt" not in log.read_text():
            report(f"{change.__name__} before it is opened", "the file was never opened")
        if process.returncode not in (0, 1, 2) or "panicked" in text or "opossum" in text:
            report(f"{change.__name__} before it is opened", f"exit {process.returncode}: {text[-300:]}")
        said = {"leads_out": "outside", "is_a_pipe": "not a regular file", "is_a_folder": "folder", "grows": "longer than", "folder_leads_out": "outside"}.get(change.__name__)
        if said and said not in text:
            report(f"{change.__name__} before it is opened", f"is not reported: {text[-300:]}")
    shutil.rmtree(root)


class Server(Client):
    """A client that tells of files, and waits until they are taken in."""

    def __init__(self, binary, root):
        super().__init__(binary, root, variables(root.parent), {"environment": "none"})

    def settle(self):
        for _ in range(2):
            self.request("workspace/symbol", {"query": "nothing"})
        time.sleep(0.05)

    def findings(self):
        return {uri for uri, found in self.lists.items() if found}


def many_files(binary, count):
    """Files are created and deleted under a server: in the end it holds what it held, in findings and in memory."""
    root = scratch()
    work = project(root, {"app.py": "import redis\n", "requirements.txt": "flask\n"})
    server = Server(binary, work)
    while not server.findings():
        server.settle()
    server.settle()
    before, began, most, held = server.findings(), time.time(), 0, []
    rounds = 10
    for number in range(rounds):
        paths = [work / f"f{number}_{file}.py" for file in range(count // rounds)]
        for kind in (1, 3):
            for path in paths:
                path.write_text("import yaml\n") if kind == 1 else path.unlink()
            for start in range(0, len(paths), 500):
                server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind} for path in paths[start:start + 500]]})
            expected, until = len(before) + (len(paths) if kind == 1 else 0), time.time() + PATIENCE
            while len(server.findings()) != expected and time.time() < until:
                server.settle()
            most = max(most, round(server.memory()))
            if len(server.findings()) != expected:
                report("many files", f"{len(server.findings())} files have findings, not {expected}")
        held.append(round(server.memory()))
    if server.findings() != before:
        report("many files", f"in the end there are findings of {len(server.findings() - before)} files more")
    # what the first rounds took may be kept for the next ones, but must not grow
    if held[-1] > held[1] * 1.3 + 20:
        report("many files", f"memory grows: {held} MB")
    server.process.kill()
    shutil.rmtree(root)
    return f"{count} files created and deleted in {time.time() - began:.0f} s; memory after each round {held} MB, at most {most} MB"


def hang_up(binary):
    """The client dies, or never reads: the server ends."""
    root = scratch()
    work = project(root, {"app.py": CODE, "requirements.txt": OLD})
    server = Server(binary, work)
    server.process.stdin.close()
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        report("a client that died", "the server lives on")
        server.process.kill()
    server = Server(binary, work)
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        report("SIGTERM", "the server lives on")
        server.process.kill()
    shutil.rmtree(root)


def unprivileged_server(binary):
    """A server without the rights of the super-user: what it may not read is reported, weakens what depends on it, and is read once it may be."""
    root = scratch()
    tool = as_nobody(root, binary)
    work = project(root, {"app.py": "import redis\n", "requirements.txt": "flask\n", "pkg/__init__.py": "", "pkg/part.py": "import yaml\n"})
    app, part = (work / "app.py").as_uri(), (work / "pkg/part.py").as_uri()
    for path in ("requirements.txt", "pkg"):
        (work / path).chmod(0)
    server = Server(tool, work)

    def expect(what, is_so):
        until = time.time() + PATIENCE
        while not is_so() and time.time() < until:
            server.settle()
        if not is_so():
            report(f"an unprivileged server, {what}", json.dumps(server.lists)[:400])

    codes = lambda uri: [one["code"] for one in server.lists.get(uri, [])]
    for _ in range(5):
        server.settle()
    if not all(one["severity"] > 1 and "may be wrong: nothing could be read" in one["message"] for one in server.lists.get(app, [])):
        report("an unprivileged server", f"it is claimed for sure though the requirements cannot be read: {server.lists[app]}")
    (work / "requirements.txt").chmod(0o644)
    (work / "pkg").chmod(0o755)
    server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (work / name).as_uri(), "type": 2} for name in ("requirements.txt", "pkg")]})
    expect("what may be read again", lambda: codes(app) == ["undeclared-import"] and codes(part) == ["undeclared-import"])
    # a folder that nobody may write to is read as any other
    work.chmod(0o555)
    (work / "app.py").write_text("import redis\nimport rq\n")
    server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": app, "type": 2}]})
    expect("a folder that is read-only", lambda: codes(app) == ["undeclared-import"] * 2)
    work.chmod(0o755)
    server.request("shutdown", None)
    server.notify("exit", None)
    if server.process.wait(10) != 0:
        report("an unprivileged server", f"exit {server.process.returncode}")
    shutil.rmtree(root)


def never_reads(binary):
    """A client that never reads: the server works on with bounded memory, and ends when it is told to or its input ends."""
    root = scratch()
    names = {f"m{number}.py": "import yaml\n" * 20 for number in range(300)}
    work = project(root, {"app.py": CODE, "requirements.txt": OLD} | names)
    for is_told in (True, False):
        process = subprocess.Popen([binary, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=work, env=variables(root))

        def send(message):
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            process.stdin.flush()

        send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": work.as_uri(), "capabilities": {}}})
        send({"method": "initialized", "params": {}})
        uri = (work / "app.py").as_uri()
        send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": ""}}})
        held = []
        for version in range(2, 6002):
            text = CODE + f"# {version}\n" * (version % 50)
            send({"method": "textDocument/didChange", "params": {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}})
            if version % 1500 == 0:
                time.sleep(0.5)
                held.append(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1)) // 1024)
        if held[-1] > held[0] + 40:
            report("a client that never reads", f"memory grows: {held} MB")
        if is_told:
            send({"method": "exit", "params": None})
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            report("a client that never reads", "the server lives on")
            process.kill()
        process.stdout.close()
    shutil.rmtree(root)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--files", type=int, default=2000)
    options = parser.parse_args()
    began = time.time()
    print(f"{interrupted_writes(options.binary)} faults while writing, {time.time() - began:.0f} s", flush=True)
    for check in (full_disk, permissions, unprivileged_server, replaced, vanishing, hang_up, never_reads):
        check(options.binary)
        print(f"{check.__name__}: {time.time() - began:.0f} s", flush=True)
    print(many_files(options.binary, options.files))
    print(f"{len(wrong)} faults were answered wrongly" if wrong else "every fault is answered")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
