"""The package index, asked through real tools: what is looked up, with which credentials, and what happens when it fails."""

import base64, hashlib, http.server, json, subprocess, sys, threading, time

from editor import Editor
from served import TOOLS, Base, Index, Silent, free_port


class Lookups:
    def test_the_newest_version_is_found(self):
        self.write("redis", f"--index-url {self.index.url()}", "flask==3.0")
        done, text = self.run_pinlens("fix", "--index")
        self.assertTrue(text.endswith("flask==3.0\nredis==5.0.2\n"), done.stderr + text)
        self.assertIn("+ redis==5.0.2", done.stdout)

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
        self.assertEqual(written, "redis 1\n5.0.2\n")

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


class PipOfPython(Base):
    """The pip that this Python brings, which may be an old one."""

    def test_the_python_of_the_code_is_asked_for(self):
        subprocess.run([sys.executable, "-m", "venv", self.top / "old"], check=True)
        (self.top / "bin" / "pip").symlink_to(self.top / "old" / "bin" / "pip")
        (self.project / ".python-version").write_text("3.12\n")
        self.write("redis", f"--index-url {self.index.url()}", "flask==3.0")
        done, text = self.run_pinlens("add", "redis", "--index")
        self.assertIn("redis==5.0.2\n", text, done.stderr)


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
