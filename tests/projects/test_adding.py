"""Adding what is missing from the editor, by the tool that has locked the project: in the group that fits, installed and locked."""

import os, pathlib, subprocess, sys, tempfile, unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "index"))
from editor import Editor
from served import Served

TOOLS = pathlib.Path(sys.executable).parent


class Adding:
    """A project whose application imports redis, and whose tests import rq; neither is required."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pinlens-adding-test-")
        self.addCleanup(self.folder.cleanup)
        top = pathlib.Path(self.folder.name)
        self.project = top / "project"
        (self.project / "tests").mkdir(parents=True)
        self.served = Served(top / "served", {"redis": ["5.0.1"], "rq": ["1.0"], "six": ["1.16.0"], "rich": ["13.0"]}, {})
        self.addCleanup(self.served.close)
        # no setting of this machine, and no index of it, counts
        self.env = {
            "PATH": f"{TOOLS}:{os.environ['PATH']}", "HOME": str(top), "XDG_CONFIG_HOME": str(top / "config"), "PIP_CONFIG_FILE": os.devnull,
            "XDG_CACHE_HOME": str(top / "cache"), "LANG": "C.UTF-8", "NO_COLOR": "1", "PIP_INDEX_URL": self.served.url(),
            "POETRY_VIRTUALENVS_IN_PROJECT": "true", "PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PDM_CHECK_UPDATE": "0",
        }
        (self.project / "app.py").write_text("import six\nimport redis\n")
        (self.project / "tests" / "test_app.py").write_text("import rich\nimport rq\n")
        (self.project / self.manifest).write_text(self.text.format(url=self.served.url()))
        done = subprocess.run(self.locks, cwd=self.project, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def take(self, file, command, place=""):
        with Editor(self.project, self.env) as editor:
            name = command.split()[-1]
            editor.take(file, 1, 8, f"Add {name}{place} and install it: `{command}`")
            editor.wait_until(lambda: any(" is done" in text or " failed" in text for text in editor.shown), 300)
            self.assertIn("is done", editor.shown[-1])
            editor.wait_until(lambda: not any(f"Add {name}" in title for title in editor.titles(file, 1, 8)))
        return (self.project / self.manifest).read_text(), (self.project / self.lock).read_text()

    def installed(self):
        return {path.name.split("-")[0] for path in (self.project / ".venv").glob("lib/python*/site-packages/*.dist-info")}


class Poetry(Adding, unittest.TestCase):
    manifest, lock, locks = "pyproject.toml", "poetry.lock", ["poetry", "lock", "--no-interaction"]
    text = (
        '[tool.poetry]\nname = "shop"\nversion = "1"\ndescription = ""\nauthors = []\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = "^3.9"\n'
        'six = "*"\n\n[tool.poetry.group.test.dependencies]\nrich = "*"\n\n[[tool.poetry.source]]\nname = "here"\nurl = "{url}"\npriority = "primary"\n'
    )

    def test_the_application_gets_it(self):
        manifest, lock = self.take("app.py", "poetry add redis")
        self.assertIn('six = "*"\nredis = "^5.0.1"\n', manifest)
        self.assertIn('name = "redis"', lock)
        self.assertIn("redis", self.installed())

    def test_tests_get_it_in_their_group(self):
        manifest, _ = self.take("tests/test_app.py", "poetry add --group test rq", " to the group test")
        self.assertIn('[tool.poetry.group.test.dependencies]\nrich = "*"\nrq = "^1.0"\n', manifest)


class Pdm(Adding, unittest.TestCase):
    manifest, lock, locks = "pyproject.toml", "pdm.lock", ["pdm", "lock"]
    text = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["six"]\n\n[dependency-groups]\ntest = ["rich"]\n\n'
        '[tool.pdm]\ndistribution = false\n\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{url}"\nverify_ssl = false\n'
    )

    def test_the_application_gets_it(self):
        manifest, lock = self.take("app.py", "pdm add redis")
        self.assertIn('dependencies = ["six", "redis>=5.0.1"]', manifest)
        self.assertIn('name = "redis"', lock)
        self.assertIn("redis", self.installed())

    def test_tests_get_it_in_their_group(self):
        manifest, _ = self.take("tests/test_app.py", "pdm add -dG test rq", " to the group test")
        self.assertRegex(manifest, r'test = \[\s*"rich",\s*"rq>=1.0",?\s*\]')


class Pipenv(Adding, unittest.TestCase):
    manifest, lock, locks = "Pipfile", "Pipfile.lock", ["pipenv", "lock"]
    text = '[[source]]\nurl = "{url}"\nverify_ssl = false\nname = "here"\n\n[packages]\nsix = "*"\n\n[dev-packages]\nrich = "*"\n'

    def test_the_application_gets_it(self):
        manifest, lock = self.take("app.py", "pipenv install redis")
        self.assertRegex(manifest, r'six = "\*"\nredis = .*"\*"')
        self.assertIn('"redis"', lock)
        self.assertIn("redis", self.installed())

    def test_tests_get_it_with_the_development_packages(self):
        manifest, _ = self.take("tests/test_app.py", "pipenv install --dev rq", " to the group dev")
        self.assertRegex(manifest, r'\[dev-packages\]\nrich = "\*"\nrq = .*"\*"')


if __name__ == "__main__":
    unittest.main()
