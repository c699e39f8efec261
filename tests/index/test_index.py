"""The package index, asked through real tools: what is looked up, with which credentials, and what happens when it fails."""

import base64, hashlib, http.server, json, os, pathlib, socket, subprocess, sys, tarfile, tempfile, threading, time, unittest, zipfile

PINLENS = os.environ["PINLENS_BIN"]
TOOLS = pathlib.Path(sys.executable).parent


def wheel(folder, name, version):
    """A wheel that installs one module and needs nothing."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"__version__ = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sdist(folder, name, version, mark):
    """A source distribution whose build leaves a mark: it must never run."""
    with tempfile.TemporaryDirectory() as top:
        tree = pathlib.Path(top) / f"{name}-{version}"
        tree.mkdir()
        (tree / "setup.py").write_text(f"open({str(mark)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name={name!r}, version={version!r})\n")
        (tree / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        with tarfile.open(folder / f"{name}-{version}.tar.gz", "w:gz") as archive:
            archive.add(tree, tree.name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Index:
    """pypiserver on loopback."""

    def __init__(self, packages, *options):
        self.port = free_port()
        command = [TOOLS / "pypi-server", "run", "-i", "127.0.0.1", "-p", str(self.port), "--disable-fallback", *options, packages]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "pypiserver ended"
                time.sleep(0.05)
        raise AssertionError("pypiserver does not listen")

    def url(self, login=""):
        return f"http://{login}127.0.0.1:{self.port}/simple/"

    def close(self):
        self.process.terminate()
        self.process.wait()


class Silent(http.server.BaseHTTPRequestHandler):
    """Takes every question and never answers."""

    def do_GET(self):
        self.server.over.wait()

    def log_message(self, *_):
        pass


class Base(unittest.TestCase):
    tools = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="pinlens-index-test-")
        top = pathlib.Path(cls.folder.name)
        cls.packages = top / "packages"
        cls.packages.mkdir()
        cls.mark = top / "built"
        cls.old = wheel(cls.packages, "redis", "5.0.1")
        cls.new = wheel(cls.packages, "redis", "5.0.2")
        sdist(cls.packages, "rq", "1.0", cls.mark)
        cls.index = Index(cls.packages)

    @classmethod
    def tearDownClass(cls):
        cls.index.close()
        cls.folder.cleanup()

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(dir=self.folder.name))
        self.project = self.top / "project"
        (self.top / "bin").mkdir()
        self.project.mkdir()
        for tool in self.tools:
            (self.top / "bin" / tool).symlink_to(TOOLS / tool)
        self.env = {
            "PATH": f"{self.top / 'bin'}",
            "HOME": str(self.top),
            "XDG_CACHE_HOME": str(self.top / "cache"),
            "UV_CACHE_DIR": str(self.top / "uv"),
            "UV_PYTHON": sys.executable,
            "PIP_CACHE_DIR": str(self.top / "pip"),
            "TMPDIR": str(self.top),
        }

    def write(self, module, *lines):
        (self.project / "app.py").write_text(f"import flask\nimport {module}\n")
        (self.project / "requirements.txt").write_text("".join(line + "\n" for line in lines))

    def run_pinlens(self, *args, **env):
        done = subprocess.run([PINLENS, *args], cwd=self.project, env={**self.env, **env}, capture_output=True, text=True, timeout=120)
        return done, (self.project / "requirements.txt").read_text()

    def tearDown(self):
        left = [path.name for path in self.top.iterdir() if path.name.startswith("pinlens-index-")]
        self.assertEqual(left, [], "the tool's folder stays behind")
        self.assertFalse(self.mark.exists(), "a build script has run")


class Lookups:
    def test_the_newest_version_is_found(self):
        self.write("redis", f"--index-url {self.index.url()}", "flask==3.0")
        done, text = self.run_pinlens("fix", "--index")
        self.assertTrue(text.endswith("flask==3.0\nredis==5.0.2\n"), done.stderr + text)
        self.assertIn("as the package index has it", done.stdout)

    def test_an_extra_index_is_asked_too(self):
        empty = self.top / "empty"
        empty.mkdir()
        other = Index(empty)
        self.addCleanup(other.close)
        self.write("redis", f"--index-url {other.url()}", f"--extra-index-url {self.index.url()}", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertIn("redis==5.0.2\n", text, done.stderr)

    def test_a_private_index_gets_the_credentials_of_the_file(self):
        passwords = self.top / "passwords"
        passwords.write_text("me:{SHA}" + base64.b64encode(hashlib.sha1(b"secret word").digest()).decode() + "\n")
        private = Index(self.packages, "-P", str(passwords), "-a", "list,download,update")
        self.addCleanup(private.close)
        self.write("redis", f"--index-url {private.url('me:${SECRET}@')}", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index", SECRET="wrong")
        self.assertIn("redis\n", text, done.stderr)
        self.assertIn("warning: redis", done.stderr)
        self.assertNotIn("wrong", done.stderr)
        self.write("redis", f"--index-url {private.url('me:${SECRET}@')}", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index", SECRET="secret%20word")
        self.assertIn("redis==5.0.2\n", text, done.stderr)

    def test_nothing_is_built(self):
        self.write("rq", f"--index-url {self.index.url()}", "flask==3.0")
        done, text = self.run_pinlens("add", "rq", "--index")
        self.assertTrue(text.endswith("flask==3.0\nrq\n"), done.stderr)
        self.assertIn("without a version: the package index has no wheel", done.stdout + done.stderr)

    def test_a_slow_index_has_a_time_limit(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
        server.over = threading.Event()
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.write("redis", f"--index-url http://127.0.0.1:{server.server_port}/simple/", "flask==3.0")
        try:
            done, text = self.run_pinlens("add", "redis", "--index", "--index-timeout", "1")
        finally:
            server.over.set()
            server.shutdown()
            server.server_close()
        self.assertTrue(text.endswith("flask==3.0\nredis\n"), done.stderr)
        self.assertIn("did not answer in time", done.stderr)

    def test_an_index_that_is_down_is_told(self):
        self.write("redis", f"--index-url http://127.0.0.1:{free_port()}/simple/", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertTrue(text.endswith("flask==3.0\nredis\n"), done.stderr)
        self.assertIn("warning: redis: the package index could not be queried", done.stderr)

    def test_an_answer_is_kept(self):
        kept = Index(self.packages)
        self.write("redis", f"--index-url {kept.url()}", "flask==3.0")
        self.run_pinlens("add", "redis", "--index")
        kept.close()
        self.write("redis", f"--index-url {kept.url()}", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertIn("redis==5.0.2\n", text, done.stderr)
        written = "".join(path.read_text() for path in (self.top / "cache").rglob("*") if path.is_file())
        self.assertEqual(written, "redis\n5.0.2\n")

    def test_it_is_off_by_default(self):
        self.write("redis", f"--index-url {self.index.url()}", "flask==3.0")
        _, text = self.run_pinlens("fix")
        self.assertTrue(text.endswith("flask==3.0\nredis\n"))
        self.assertFalse((self.top / "cache").exists())

    def test_the_editor_asks_when_the_action_is_taken(self):
        self.write("redis", f"--index-url {self.index.url()}", "flask==3.0")
        with Editor(self.project, self.env) as editor:
            actions = editor.actions("app.py", 1, 7)
            offered = [action for action in actions if "that the package index has" in action["title"]]
            self.assertEqual(len(offered), 1, actions)
            self.assertNotIn("edit", offered[0])
            resolved = editor.request("codeAction/resolve", offered[0])["result"]
        self.assertIn("redis==5.0.2", json.dumps(resolved["edit"]))
        self.assertIn("as the package index has it", resolved["title"])

    def wait_for_tool(self, there):
        for _ in range(1200):
            if bool(list(self.top.glob("pinlens-index-*"))) == there:
                return
            time.sleep(0.05)
        self.fail("the tool does not " + ("start" if there else "end"))

    def test_the_tool_ends_with_the_server(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
        server.over = threading.Event()
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.write("redis", f"--index-url http://127.0.0.1:{server.server_port}/simple/", "flask==3.0")
        try:
            with Editor(self.project, self.env) as editor:
                offered = [action for action in editor.actions("app.py", 1, 7) if "that the package index has" in action["title"]]
                editor.send("codeAction/resolve", offered[0])
                self.wait_for_tool(True)
            self.wait_for_tool(False)
        finally:
            server.over.set()
            server.shutdown()
            server.server_close()

    def test_the_editor_may_cancel(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
        server.over = threading.Event()
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.write("redis", f"--index-url http://127.0.0.1:{server.server_port}/simple/", "flask==3.0")
        try:
            with Editor(self.project, self.env) as editor:
                offered = [action for action in editor.actions("app.py", 1, 7) if "that the package index has" in action["title"]]
                asked = editor.send("codeAction/resolve", offered[0])
                self.wait_for_tool(True)
                editor.notify("$/cancelRequest", {"id": asked})
                self.assertIn("error", editor.answer(asked))
                # the folder of the tool goes with the tool
                self.wait_for_tool(False)
        finally:
            server.over.set()
            server.shutdown()
            server.server_close()


class Pip(Lookups, Base):
    tools = ("pip",)


class Uv(Lookups, Base):
    tools = ("uv",)


class Hashes(Base):
    def demand(self):
        digest = "0" * 64
        self.write("redis", f"--index-url {self.index.url()}", f"flask==3.0 --hash=sha256:{digest}")

    def check(self, text):
        self.assertIn("redis==5.0.2 \\\n    --hash=sha256:" + self.new, text)

    def test_uv_gives_hashes(self):
        (self.top / "bin" / "uv").symlink_to(TOOLS / "uv")
        self.demand()
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(text)

    def test_pip_compile_gives_hashes(self):
        (self.top / "bin" / "pip-compile").symlink_to(TOOLS / "pip-compile")
        self.demand()
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(text)

    def test_pip_alone_has_one_platform_only(self):
        (self.top / "bin" / "pip").symlink_to(TOOLS / "pip")
        self.demand()
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("redis", text)
        self.assertIn("demands a hash of every line", done.stderr)

    def test_a_known_version_gets_its_own_hashes(self):
        (self.top / "bin" / "uv").symlink_to(TOOLS / "uv")
        self.demand()
        (self.project / "uv.lock").write_text('[[package]]\nname = "redis"\nversion = "5.0.1"\n')
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertIn("redis==5.0.1 \\\n    --hash=sha256:" + self.old, text, done.stderr)


class Nothing(Base):
    def test_the_tools_of_the_workspace_are_never_run(self):
        own = self.project / "bin"
        own.mkdir()
        for name in ("pip", "uv"):
            (own / name).write_text(f"#!/bin/sh\ntouch {self.project / 'ran'}\n")
            (own / name).chmod(0o755)
        self.write("redis", f"--index-url {self.index.url()}", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index", PATH=f"{own}:bin:.")
        self.assertFalse((self.project / "ran").exists())
        self.assertIn("neither pip nor uv", done.stderr)
        self.assertTrue(text.endswith("redis\n"))


class Install(Base):
    """Installing from the editor: the command is shown, run by the user's own tool, and its end is told."""

    tools = ("uv",)

    def setUp(self):
        super().setUp()
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.project / ".venv"], check=True)
        self.env["UV_PYTHON"] = sys.executable

    def packages_of(self):
        return sorted(path.name for path in (self.project / ".venv").glob("lib/python*/site-packages/*.dist-info"))

    def editor(self, **options):
        return Editor(self.project, self.env, **options)

    def test_a_list_is_installed_when_the_user_says_so(self):
        self.write("redis", f"--index-url {self.index.url()}", "redis==5.0.1")
        with self.editor() as editor:
            title = "Install what requirements.txt requires into .venv"
            self.assertEqual(editor.take("requirements.txt", 1, 0, title), None)
            done = editor.said("is done")
            self.assertIn("-r requirements.txt", done)
            self.assertEqual(self.packages_of(), ["redis-5.0.1.dist-info"])
            self.assertEqual(len(editor.questions), 1)
            self.assertIn("pinlens: run `", editor.questions[0])
            editor.wait_until(lambda: title not in editor.titles("requirements.txt", 1, 0))

    def test_nothing_is_run_when_the_user_says_no(self):
        self.write("redis", f"--index-url {self.index.url()}", "redis==5.0.1")
        with self.editor(choice="Cancel") as editor:
            editor.take("requirements.txt", 1, 0, "Install what requirements.txt requires into .venv")
            editor.wait_until(lambda: editor.questions or editor.titles("requirements.txt", 1, 0) == [])
            self.assertEqual(self.packages_of(), [])

    def test_a_failure_is_told_with_what_the_tool_said(self):
        self.write("redis", f"--index-url {self.index.url()}", "redis==9.9")
        with self.editor() as editor:
            editor.take("requirements.txt", 1, 0, "Install what requirements.txt requires into .venv")
            self.assertIn("redis", editor.said("failed: "))

    def test_one_requirement_without_options(self):
        self.write("redis", "redis==5.0.2")
        self.env |= {"UV_DEFAULT_INDEX": self.index.url(), "PIP_INDEX_URL": self.index.url()}
        with self.editor() as editor:
            editor.take("requirements.txt", 0, 0, "Install redis==5.0.2 into .venv")
            editor.said("is done")
            self.assertEqual(self.packages_of(), ["redis-5.0.2.dist-info"])

    def test_a_workspace_that_is_not_trusted_installs_nothing(self):
        self.write("redis", "redis==5.0.2")
        with self.editor(trusted=False) as editor:
            titles = editor.titles("requirements.txt", 0, 0)
            self.assertEqual([title for title in titles if title.startswith("Install")], [])
            refused = editor.run(self.project / "requirements.txt", "Install redis==5.0.2 into .venv")
            self.assertIn("not trusted", refused["error"]["message"])
            self.assertEqual(self.packages_of(), [])

    def test_only_what_is_offered_is_run(self):
        self.write("redis", "redis==5.0.2")
        with self.editor() as editor:
            editor.titles("requirements.txt", 0, 0)
            refused = editor.run(self.project / "requirements.txt", "Install evil into .venv")
            self.assertIn("nothing to do", refused["error"]["message"])


class InstallByPip(Install):
    """The same where pip alone is there."""

    tools = ("pip",)


class AddByUv(Base):
    tools = ("uv",)

    def test_uv_adds_to_the_group_that_fits(self):
        self.env |= {"UV_PYTHON": sys.executable, "UV_DEFAULT_INDEX": self.index.url(), "UV_PYTHON_DOWNLOADS": "never"}
        text = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = []\n\n[dependency-groups]\ntest = []\n'
        (self.project / "pyproject.toml").write_text(text)
        (self.project / "app.py").write_text("import redis\n")
        (self.project / "tests").mkdir()
        subprocess.run([TOOLS / "uv", "lock", "-q"], cwd=self.project, env=self.env, check=True)
        with Editor(self.project, self.env) as editor:
            editor.take("app.py", 0, 8, "Add redis and install it: `uv add redis`")
            editor.said("is done")
            manifest = (self.project / "pyproject.toml").read_text()
            self.assertIn('"redis>=5.0.2"', manifest)
            self.assertIn("5.0.2", (self.project / "uv.lock").read_text())
            editor.wait_until(lambda: editor.titles("app.py", 0, 8) == [])


class Editor:
    """The least of a language client. It answers a question of the server with `choice`."""

    def __init__(self, project, env, choice="Run", trusted=None):
        self.project, self.number, self.waiting = project, 0, {}
        self.choice, self.trusted, self.questions, self.shown, self.opened = choice, trusted, [], [], set()
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
            "capabilities": {"textDocument": {"codeAction": code_action}, "workspace": {"workspaceEdit": {"documentChanges": True}}},
            "initializationOptions": {"index": {"enabled": True}} | ({} if self.trusted is None else {"trusted": self.trusted}),
        })
        self.notify("initialized", {})
        return self

    def __exit__(self, *_):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(30)
        self.process.stdin.close()
        self.process.stdout.close()

    def actions(self, file, line, column):
        path = self.project / file
        if path not in self.opened:
            document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": path.read_text()}
            self.notify("textDocument/didOpen", {"textDocument": document})
            self.opened.add(path)
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


if __name__ == "__main__":
    del Base
    unittest.main()
