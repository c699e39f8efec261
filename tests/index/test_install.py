"""Installing from the editor, through real tools."""

import subprocess, sys

from editor import Editor
from served import TOOLS, Base


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
