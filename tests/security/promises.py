"""Each promise of SECURITY.md, held against the system calls of every command and of a server whose every code action is resolved.

    promises.py BINARY
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

# what any program of this kind opens: the loader's libraries, the number of processors, its own memory and descriptors
SYSTEM = ("/lib", "/usr/lib", "/etc/ld.so", "/proc/self/", "/proc/stat", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/dev/null", "/dev/urandom", "/proc/sys/")
READS = {"open", "openat", "openat2"}
WRITES = {"creat", "mkdir", "mkdirat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "truncate", "chmod",
          "fchmodat", "chown", "fchownat", "lchown", "mknod", "mknodat", "rmdir", "setxattr", "utimensat"}
RUNS = {"execve", "execveat"}
CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$")
WRITTEN = "SECRET-OF-SOMEBODY-ELSE"


def project(root):
    """A repository that tries to lead out of itself on every way, with an environment beside it."""
    work, outside, environment = root / "work", root / "outside", root / "environment"
    files = {
        work / ".git/HEAD": "",
        work / ".git/hooks/post-checkout": "#!/bin/sh\ntouch /tmp/pinlens-ran\n",
        work / ".gitignore": "ignored/\n",
        work / "app.py": "import redis\nimport yaml\nimport tool\nimport folder.more\nfrom pkg import part\n",
        work / "setup.py": "import os, setuptools\nos.system('touch /tmp/pinlens-ran')\nsetuptools.setup(name='x', install_requires=open('/etc/passwd').read().split())\n",
        work / "pkg/__init__.py": "",
        work / "pkg/part.py": "import flask\n",
        work / "requirements.txt": f"flask\nunusedthing==1\n-r ../outside/list.txt\n-r link.txt\n-r {outside}/list.txt\n-r folder/list.txt\n-c base.txt\n",
        work / "base.txt": "redis==5.0.0\n",
        work / "Dockerfile": "FROM python:3.12\nRUN touch /tmp/pinlens-ran\nCMD [\"python\", \"app.py\"]\n",
        work / "conftest.py": "open('/tmp/pinlens-ran', 'w')\n",
        outside / "list.txt": f"opossum==1\n{WRITTEN} here\n",
        outside / "more.py": "import opossum\n",
        outside / "tool.py": "import opossum\n",
        environment / "pyvenv.cfg": "version = 3.12.1\n",
        environment / "lib/python3.12/site-packages/flask-3.0.dist-info/METADATA": "Name: flask\nVersion: 3.0\n",
        environment / "lib/python3.12/site-packages/flask-3.0.dist-info/RECORD": "flask/__init__.py,,\n",
        environment / "lib/python3.12/site-packages/flask/__init__.py": "",
        environment / "lib/python3.12/site-packages/evil.pth": "import os; os.system('touch /tmp/pinlens-ran')\n",
        environment / "bin/python": "#!/bin/sh\ntouch /tmp/pinlens-ran\n",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (environment / "bin/python").chmod(0o755)
    (work / ".git/hooks/post-checkout").chmod(0o755)
    for name, target in {"link.txt": "../outside/list.txt", "folder": "../outside", "tool.py": "../outside/tool.py"}.items():
        (work / name).symlink_to(target)
    return work, outside, environment


def traced(binary, args, where, environment, stdin=None):
    """Runs a command under strace; gives what it printed and its system calls, each a name and its arguments."""
    log = where.parent / "trace"
    calls = "%file,%process,%network,fchmod,fchown"
    command = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", f"trace={calls}", "-o", str(log), binary, *args]
    variables = {"PATH": os.environ["PATH"], "HOME": str(where.parent / "home"), "VIRTUAL_ENV": str(environment)}
    ended = subprocess.run(command, cwd=where, env=variables, input=stdin, capture_output=True, timeout=120)
    return (ended.stdout + ended.stderr).decode(errors="replace"), calls_in(log)


def calls_in(log):
    """The system calls of a trace, each a name and its arguments with what came of it; one that another thread interrupts is joined."""
    calls, waiting = [], {}
    for line in log.read_text(errors="replace").splitlines():
        if match := CALL.match(line):
            thread, name, rest = match.groups()
            if rest.endswith("<unfinished ...>"):
                waiting[thread] = rest.removesuffix("<unfinished ...>")
            else:
                calls.append((name, rest))
        elif match := RESUMED.match(line):
            thread, name, rest = match.groups()
            calls.append((name, waiting.pop(thread, "") + rest))
    return calls


def paths(arguments, where):
    """The paths that a call names, absolute and without links."""
    found = []
    for base, text in re.findall(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', arguments):
        text = text.encode().decode("unicode_escape", "replace")
        if text:
            found.append(os.path.realpath(os.path.join(base or where, text)))
    return found


def judge(what, calls, told, where, outside, environment, may_write):
    """What of the calls breaks a promise."""
    wrong = []
    is_in = lambda path, folder: path == str(folder) or path.startswith(f"{folder}/")
    for number, (name, arguments) in enumerate(calls):
        named = paths(arguments, str(where))
        writes = name in WRITES or name in READS and re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE", arguments)
        if name in RUNS and number > 0:
            wrong.append(f"runs {arguments[:120]}")
        elif name in ("socket", "connect", "bind", "sendto") and "AF_UNIX" not in arguments:
            wrong.append(f"uses the network: {name}({arguments[:120]}")
        elif writes and " = -1 " not in arguments:
            for path in named:
                ours = may_write and is_in(path, where) or path.startswith(("/proc/", "/dev/null"))
                if not ours:
                    wrong.append(f"writes {path}: {name}({arguments[:100]}")
        elif name in READS and " = -1 " not in arguments:
            for path in named:
                if is_in(path, outside):
                    wrong.append(f"reads {path}: {name}({arguments[:160]}")
                elif not (is_in(path, where) or is_in(path, environment) or path.startswith(SYSTEM) or path.startswith("/proc/")):
                    wrong.append(f"reads {path}")
    for secret in (WRITTEN, "opossum"):
        if secret in told:
            wrong.append(f"shows {secret}")
    if os.path.exists("/tmp/pinlens-ran"):
        os.unlink("/tmp/pinlens-ran")
        wrong.append("something of the workspace was run")
    return [f"{what}: {one}" for one in wrong]


def session(work):
    """What a client sends: every file opened, each request asked, each code action resolved."""
    messages, number = [], 0

    def send(method, params, is_request=True):
        nonlocal number
        number += is_request
        messages.append({"jsonrpc": "2.0", **({"id": number} if is_request else {}), "method": method, "params": params})

    support = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}, "resolveSupport": {"properties": ["edit"]}, "dataSupport": True}
    send("initialize", {"processId": None, "rootUri": None, "workspaceFolders": [{"uri": work.as_uri(), "name": "work"}],
                        "capabilities": {"textDocument": {"codeAction": support}, "workspace": {"workspaceEdit": {"documentChanges": True}}}})
    send("initialized", {}, False)
    names = ["app.py", "pkg/part.py", "requirements.txt", "setup.py", "link.txt", "tool.py", "folder/list.txt", "../outside/list.txt", "../outside/tool.py"]
    for name in names:
        path = work / name
        uri = f"file://{os.path.normpath(path)}"
        document = {"uri": uri}
        text = path.read_text() if not os.path.realpath(path).startswith(str(work.parent / "outside")) else "import redis\n"
        send("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}}, False)
        lines = len(text.splitlines())
        for line in range(lines):
            at = {"textDocument": document, "position": {"line": line, "character": 8}}
            for method in ("hover", "definition", "completion"):
                send(f"textDocument/{method}", at)
            send("textDocument/references", {**at, "context": {"includeDeclaration": True}})
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": lines, "character": 0}}
        send("textDocument/codeAction", {"textDocument": document, "range": whole, "context": {"diagnostics": []}})
        for method in ("documentSymbol", "foldingRange", "documentLink", "codeLens", "semanticTokens/full", "diagnostic"):
            send(f"textDocument/{method}", {"textDocument": document})
        send("textDocument/inlayHint", {"textDocument": document, "range": whole})
    for query in ("", "o"):
        send("workspace/symbol", {"query": query})
    changed = [{"uri": f"file://{os.path.normpath(work / name)}", "type": 2} for name in names]
    send("workspace/didChangeWatchedFiles", {"changes": changed}, False)
    send("workspace/symbol", {"query": ""})
    return messages


def frame(messages):
    bodies = [json.dumps(message).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies)


def serve(binary, work, environment):
    """A session under strace; each action that it is offered is resolved in a second one."""
    end = [{"jsonrpc": "2.0", "id": 999999, "method": "shutdown"}, {"jsonrpc": "2.0", "method": "exit"}]
    messages = session(work)
    told, calls = drive(binary, work, environment, messages, lambda actions: [
        {"jsonrpc": "2.0", "id": 100000 + number, "method": "codeAction/resolve", "params": action} for number, action in enumerate(actions)] + end)
    return told, calls


def drive(binary, work, environment, messages, then):
    log = work.parent / "trace"
    command = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", "trace=%file,%process,%network,fchmod,fchown", "-o", str(log), binary, "server"]
    variables = {"PATH": os.environ["PATH"], "HOME": str(work.parent / "home"), "VIRTUAL_ENV": str(environment)}
    process = subprocess.Popen(command, cwd=work, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    # a request without an answer is a failure, not a run without an end
    waited = threading.Timer(120, process.terminate)
    waited.daemon = True
    waited.start()
    # until the server has answered `initialize` it refuses all else, as the protocol says, and `initialized` would be lost
    process.stdin.write(frame(messages[:1]))
    process.stdin.flush()
    first = read(process.stdout)
    # written by a thread of its own: the server's answers are read meanwhile
    threading.Thread(target=lambda: (process.stdin.write(frame(messages[1:])), process.stdin.flush()), daemon=True).start()
    last = max(message["id"] for message in messages if "id" in message)
    told, actions, answered = [json.dumps(first, ensure_ascii=False)], [], 1
    while True:
        message = read(process.stdout)
        if message is None:
            break
        told.append(json.dumps(message, ensure_ascii=False))
        if "method" in message and "id" in message:
            process.stdin.write(frame([{"jsonrpc": "2.0", "id": message["id"], "result": None}]))
            process.stdin.flush()
        if "method" not in message:
            result = message.get("result")
            if isinstance(result, list):
                actions.extend(one for one in result if isinstance(one, dict) and "kind" in one and "title" in one)
            answered += 1
            if answered == last:
                process.stdin.write(frame(then(actions)))
                process.stdin.flush()
    process.wait(60)
    waited.cancel()
    if answered < last:
        raise SystemExit(f"the server answered {answered} of {last} requests")
    if not actions:
        raise SystemExit("the server offered no code action")
    return "\n".join(told), calls_in(log)


def read(stream):
    length = None
    while (line := stream.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return None if length is None else json.loads(stream.read(length))


def main(binary):
    commands = [(["check"], False), (["check", "--format", "json", "--verbose"], False), (["check", "--entry", "app.py"], False), (["fix", "--diff", "--unsafe"], False),
                (["trace"], False), (["trace", "app.py"], False), (["why", "redis"], False), (["explain"], False), (["add", "redis", "--diff"], False),
                (["fix"], True), (["fix", "--unsafe"], True), (["add", "yaml", "--file", "requirements.txt"], True), (["check", "--write-baseline"], True)]
    wrong, count = [], 0
    for args, may_write in commands + [(["server"], False)]:
        root = pathlib.Path(tempfile.mkdtemp(prefix="pinlens-security-")).resolve()
        try:
            work, outside, environment = project(root)
            before = {path: path.read_bytes() for path in sorted(outside.rglob("*"))}
            if args == ["server"]:
                told, calls = serve(binary, work, environment)
            else:
                told, calls = traced(binary, args, work, environment)
            count += len(calls)
            if not any(name in READS and "app.py" in arguments for name, arguments in calls) and args != ["explain"]:
                wrong.append(f"{' '.join(args)}: the trace shows nothing of the project: {told[:300]}")
            wrong.extend(judge(" ".join(args), calls, told, work, outside, environment, may_write))
            if {path: path.read_bytes() for path in sorted(outside.rglob("*"))} != before:
                wrong.append(f"{' '.join(args)}: a file outside has changed")
        finally:
            shutil.rmtree(root)
    print("\n".join(dict.fromkeys(wrong)) or f"{len(commands) + 1} commands, {count} system calls: every promise is kept")
    return bool(wrong)


sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve())))
