"""Workspaces and scripts: what pinlens writes is locked, installed and run by the tools that people have."""

import os, pathlib, subprocess, sys, tempfile, unittest

PINLENS = os.environ["PINLENS_BIN"]
TOOLS = pathlib.Path(sys.executable).parent
PROJECT = '[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = ">=3.9"\ndependencies = []\n'


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pinlens-projects-test-")
        self.addCleanup(self.folder.cleanup)
        self.top = pathlib.Path(self.folder.name) / "project"
        self.top.mkdir()
        (self.top / ".git").mkdir()

    def write(self, path, text):
        path = self.top / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_tool(self, *command, at=""):
        env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH")}
        env |= {"PATH": f"{TOOLS}:{env['PATH']}", "HOME": self.folder.name, "UV_PYTHON": sys.executable, "HATCH_DATA_DIR": f"{self.folder.name}/hatch"}
        env |= {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "PDM_CHECK_UPDATE": "0"}
        return subprocess.run(command, cwd=self.top / at, env=env, capture_output=True, text=True, timeout=300)

    def run_well(self, *command, at=""):
        done = self.run_tool(*command, at=at)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout


class Workspaces(Base):
    def members(self, root, more=""):
        """Two projects, of which one imports the other and does not require it."""
        self.write("pyproject.toml", root)
        for name, text in (("one", "import two\n"), ("two", "VALUE = 41\n")):
            self.write(f"parts/{name}/pyproject.toml", PROJECT.format(name=name) + more)
            self.write(f"parts/{name}/src/{name}/__init__.py", text)

    def fix(self, *options):
        found = self.run_tool(PINLENS, "check", "--env", "none", "--format", "concise")
        self.assertIn("parts/one/src/one/__init__.py:1:8: warning[undeclared-import]", found.stdout, found.stderr)
        self.run_well(PINLENS, "fix", "--env", "none", *options)
        self.assertEqual(self.run_tool(PINLENS, "check", "--env", "none").returncode, 0)

    def test_uv_locks_what_the_fix_writes(self):
        build = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        self.members(PROJECT.format(name="whole") + '[tool.uv.workspace]\nmembers = ["parts/*"]\n', build)
        self.fix()
        self.run_well("uv", "lock", "--offline")
        self.assertIn('{ name = "two", editable = "parts/two" }', (self.top / "uv.lock").read_text())
        # the name alone is what uv refuses
        manifest = self.top / "parts/one/pyproject.toml"
        manifest.write_text(manifest.read_text().split("\n[tool.uv.sources]")[0] + "\n")
        self.assertNotEqual(self.run_tool("uv", "lock", "--offline").returncode, 0)

    def test_poetry_locks_what_the_fix_writes(self):
        build = '[build-system]\nrequires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"\n'
        self.members("[tool.poetry]\npackage-mode = false\n", build)
        self.fix("--unsafe")
        self.run_well("poetry", "lock", "--no-interaction", at="parts/one")
        self.assertIn('url = "../two"', (self.top / "parts/one/poetry.lock").read_text())
        self.run_well("poetry", "check", at="parts/one")

    def test_poetry_locks_its_own_table(self):
        self.write("pyproject.toml", "[tool.poetry]\npackage-mode = false\n")
        for name, text in (("one", "import two\n"), ("two", "VALUE = 41\n")):
            table = f'[tool.poetry]\nname = "{name}"\nversion = "0.1.0"\ndescription = ""\nauthors = []\npackages = [{{include = "{name}", from = "src"}}]\n\n'
            build = '\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
            self.write(f"parts/{name}/pyproject.toml", f'{table}[tool.poetry.dependencies]\npython = "^3.9"\n{build}')
            self.write(f"parts/{name}/src/{name}/__init__.py", text)
        self.fix("--unsafe")
        self.run_well("poetry", "lock", "--no-interaction", at="parts/one")
        self.assertIn('url = "../two"', (self.top / "parts/one/poetry.lock").read_text())

    def test_pdm_locks_what_the_fix_writes(self):
        build = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n'
        self.members(PROJECT.format(name="whole") + '[tool.pdm.workspace]\nmembers = ["parts/*"]\n', build)
        self.fix()
        self.run_well("pdm", "lock")
        lock = (self.top / "pdm.lock").read_text()
        self.assertIn('path = "./parts/two"', lock)
        self.assertRegex(lock, r'name = "one"(.|\n)*dependencies = \[\s*"two"')

    def test_hatch_runs_what_the_fix_writes(self):
        build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        root = build + '[tool.hatch.build.targets.wheel]\nbypass-selection = true\n[tool.hatch.envs.default]\nworkspace.members = ["parts/*"]\n'
        self.members(PROJECT.format(name="whole") + root, build)
        self.fix()
        self.assertEqual(self.run_well("hatch", "run", "python", "-c", "import one; print(one.two.VALUE)").strip().splitlines()[-1], "41")


class Scripts(Base):
    def test_uv_runs_a_script_with_the_block(self):
        self.write("report.py", "#!/usr/bin/env python3\nimport six\n\nprint(six.__name__, bool(six.PY3))\n")
        self.assertNotEqual(self.run_tool("uv", "run", "--no-project", "report.py").returncode, 0, "six is not there without the block")
        said = self.run_well(PINLENS, "init", "--script", "report.py")
        self.assertEqual(said.splitlines(), ["Write the requirements of report.py into it (PEP 723): six", "Next: `uv run report.py`."])
        self.assertEqual(self.run_well("uv", "run", "--script", "report.py").strip(), "six True")
        self.assertEqual(self.run_tool(PINLENS, "check", "report.py").returncode, 0)
        again = self.run_tool(PINLENS, "init", "--script", "report.py")
        self.assertEqual((again.returncode, "report.py has a block of requirements already" in again.stderr), (2, True), again.stderr)

    def test_the_change_is_shown_and_not_made(self):
        text = "import six\n"
        self.write("report.py", text)
        self.assertIn('+#     "six",', self.run_well(PINLENS, "init", "--script", "report.py", "--dry-run"))
        self.assertEqual((self.top / "report.py").read_text(), text)

    def test_the_block_follows_the_imports(self):
        self.write("report.py", '# /// script\n# dependencies = [\n#     "six",\n#     "attrs",\n# ]\n# ///\nimport six, packaging\n')
        self.run_well(PINLENS, "fix", "--unsafe", "report.py")
        text = (self.top / "report.py").read_text()
        self.assertEqual(text, '# /// script\n# dependencies = [\n#     "six",\n#     "packaging",\n# ]\n# ///\nimport six, packaging\n')
        self.run_well("uv", "run", "--script", "report.py")


if __name__ == "__main__":
    unittest.main()
