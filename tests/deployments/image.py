"""Executes the instructions of a Dockerfile in a folder, as far as the deployments of this test use them, and starts what it starts.

Each stage has a folder for its files and a virtual environment in place of the image's Python. Absolute paths of the image become
paths below the stage's folder."""
import json, os, pathlib, re, shutil, subprocess, sys, venv

import tools

FOLDERS = ("tmp", "app", "srv", "opt", "code", "wheels", "install", "deps", "site", "build", "src", "usr", "entrypoint.sh", "start.sh", "list.txt")


class Outcome:
    def __init__(self, crashes, at, text):
        self.crashes, self.at, self.text = crashes, at, text

    def __str__(self):
        return ("it crashes: " if self.crashes else "it starts: ") + self.text.strip()[-300:]


class Sources:
    """Whence distributions come: the folder of wheels, the index that serves them, and the folder of the other tools' commands."""

    def __init__(self, wheels, index, commands):
        self.wheels, self.index, self.commands = wheels, index, commands


class Stage:
    def __init__(self, root, sources):
        self.root, self.sources = root, sources
        self.files, self.env = root / "files", root / "venv"
        self.files.mkdir(parents=True)
        venv.EnvBuilder(with_pip=False, symlinks=True).create(self.env)
        self.folder, self.variables, self.entry, self.command = "/", {}, None, None

    def take(self, other):
        """Begins with what another stage holds."""
        for part in ("files", f"venv/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", "venv/bin"):
            copy(other.root / part, self.root / part, True)
        for script in (self.env / "bin").iterdir():
            if script.is_file() and not script.is_symlink() and script.read_bytes()[:2] == b"#!":
                script.write_text(script.read_text().replace(str(other.env), str(self.env)))
        self.folder, self.variables, self.entry, self.command = other.folder, dict(other.variables), other.entry, other.command

    def path(self, path):
        """Where a path of the image is."""
        path = path if path.startswith("/") else os.path.join(self.folder, path)
        path = os.path.normpath(path)
        site = re.match(r"/usr/local/(lib/python3\.\d+/site-packages|bin)(/.*)?$", path)
        if site:
            inner = "bin" if site[1] == "bin" else f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
            return pathlib.Path(f"{self.env}/{inner}{site[2] or ''}")
        return self.files / path.lstrip("/")

    def text(self, text):
        """A command with the paths of the image in place."""
        return re.sub(r"(?<![\w.\-/])/(?=(?:%s)\b)" % "|".join(map(re.escape, FOLDERS)), f"{self.files}/", text)

    def environment(self):
        values = {name: self.text(value) for name, value in self.variables.items()}
        path = f"{self.env}/bin:{self.sources.commands}:{os.environ['PATH']}"
        values["PATH"] = values.get("PATH", "$PATH").replace("${PATH}", "$PATH").replace("$PATH", path)
        base = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_", "VIRTUAL", "UV_"))}
        base |= tools.variables(self.sources.index, self.root)
        return base | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.sources.wheels, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_BUILD_ISOLATION": "1", "PIP_NO_COMPILE": "1"} | values

    def run(self, text, timeout=120):
        # the outer pip installs into the environment of the stage
        pip = self.env / "bin" / "pip"
        if not pip.exists():
            pip.write_text(f'#!/bin/sh\nexec {sys.executable} -m pip --python {self.env}/bin/python "$@"\n')
            pip.chmod(0o755)
        text = tools.command(self.text(re.sub(r"\bpython3? -m pip\b", "pip", text)), self.env)
        # pip's own settings are for pip alone
        if re.search(r"\b(pipenv|pdm|poetry|uv) (install|sync|lock|pip)\b", text):
            text = f"unset PIP_NO_INDEX PIP_FIND_LINKS PIP_NO_BUILD_ISOLATION; {text}"
        folder = self.path(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        return subprocess.run(["sh", "-c", text], cwd=folder, env=self.environment(), capture_output=True, text=True, timeout=timeout)


def instructions(text):
    lines, whole = [], ""
    for number, line in enumerate(text.split("\n"), 1):
        if not whole:
            first = number
        if line.strip().startswith("#") or not line.strip() and not whole:
            continue
        if line.rstrip().endswith("\\"):
            whole += line.rstrip()[:-1] + " "
            continue
        name, _, rest = (whole + line).strip().partition(" ")
        whole = ""
        lines.append((name.upper(), rest.strip(), first))
    return lines


def copy(source, target, into):
    if source.is_dir():
        make_room(source, target)
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        target = target / source.name if into or target.is_dir() else target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def make_room(source, target):
    """Takes away what a link of `source` stands in the place of: COPY replaces it."""
    for link in (path for path in source.rglob("*") if path.is_symlink()):
        there = target / link.relative_to(source)
        if there.is_symlink() or there.is_file():
            there.unlink()


def build(context, dockerfile, root, sources, wanted=None):
    """The stage that is named, else the last one; or the outcome of a build that fails."""
    stages, stage = {}, None
    for name, rest, line in instructions(dockerfile.read_text()):
        if name == "FROM":
            words = rest.split()
            if wanted and wanted in stages:
                return stages[wanted]
            stage = Stage(root / f"stage{len(stages)}", sources)
            if words[0] in stages:
                stage.take(stages[words[0]])
            stages[words[2] if len(words) > 2 else str(len(stages))] = stage
            # every image has it
            stage.path("/tmp").mkdir(parents=True, exist_ok=True)
        elif name == "WORKDIR":
            stage.folder = os.path.normpath(os.path.join(stage.folder, rest))
        elif name == "ENV":
            key, _, value = rest.partition("=") if "=" in rest.split()[0] else rest.partition(" ")
            stage.variables[key] = value.strip('"')
        elif name in ("COPY", "ADD"):
            words = rest.split()
            other = next((word.split("=")[1] for word in words if word.startswith("--from=")), None)
            *paths, target = [word for word in words if not word.startswith("--")]
            # all of a Python: its packages and its commands
            parts = [f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", "bin"]
            pairs = [(f"{source}/{part}", f"{target}/{part}") for source in paths if other and source == "/usr/local" for part in parts]
            for source, target in pairs or [(source, target) for source in paths]:
                if other and other not in stages:
                    # the command of a tool, which is there
                    continue
                found = [stages[other].path("/" + source.lstrip("/"))] if other else sorted(context.glob(source)) if "*" in source else [context / source]
                for one in found:
                    copy(one, stage.path(target), target.endswith("/") or target == "." or len(found) > 1)
        elif name == "RUN":
            result = stage.run(rest)
            if result.returncode:
                return Outcome(True, None, f"the build ends at line {line}: {result.stdout}{result.stderr}")
        elif name == "CMD":
            stage.command = rest
        elif name == "ENTRYPOINT":
            stage.entry = rest
    return stage


def line(form):
    """The text for a shell of an exec or shell form."""
    try:
        words = json.loads(form)
        return " ".join("'%s'" % word for word in words)
    except ValueError:
        return form


def replay(project, deployment, root, sources):
    """What happens where a deployment of a project is built and started."""
    described = project / deployment["path"]
    if described.name == "Procfile":
        stage = Stage(root / "stage0", sources)
        stage.folder = "/app"
        shutil.copytree(project, stage.path("/app"))
        result = stage.run("pip install -r requirements.txt")
        if result.returncode:
            return Outcome(True, None, result.stderr)
        command = next(row.split(":", 1)[1] for row in described.read_text().split("\n") if row.startswith(deployment["name"] + ":"))
        return start(stage, command, project)
    if described.name == "noxfile.py":
        stage = Stage(root / "stage0", sources)
        shutil.copytree(project, stage.path("/app"))
        stage.folder = "/app"
        result = stage.run(f"nox -s {deployment['name']} --default-venv-backend virtualenv")
        return Outcome(bool(result.returncode), deployment["verdict"]["at"], result.stdout + result.stderr)
    if described.name in ("compose.yaml", "docker-compose.yml"):
        # `# replay: NAME DOCKERFILE COMMAND`: what the file says, in words that need no reader of YAML
        rows = [row.split(" ", 4)[2:] for row in described.read_text().split("\n") if row.startswith("# replay: ")]
        _, dockerfile, *command = next(row for row in rows if row[0] == deployment["name"])
        dockerfile, _, target = dockerfile.partition("#")
        stage = build(project, project / dockerfile, root, sources, target)
        return stage if isinstance(stage, Outcome) else start(stage, command[0] if command else line(stage.command), project)
    stage = build(project, described, root, sources)
    if isinstance(stage, Outcome):
        return stage
    words = [line(form) for form in (stage.entry, stage.command) if form]
    return start(stage, " ".join(words), project)


def start(stage, command, project):
    try:
        result = stage.run("exec " + command if "&&" not in command else command, timeout=20)
    except subprocess.TimeoutExpired:
        return Outcome(False, None, "it runs on")
    if result.returncode == 0:
        return Outcome(False, None, result.stdout)
    frames = re.findall(r'File "([^"]+)", line (\d+)', result.stderr)
    names = {str(path.relative_to(project)) for path in project.rglob("*.py")}
    inside = [(path, number) for path, number in frames if path.startswith(str(stage.files))]
    at = None
    if inside and re.search(r"(ModuleNotFoundError|ImportError|RuntimeError)", result.stderr):
        # with a handler that raises again, the first traceback ends at the import
        first = result.stderr.split("\nDuring handling of")[0].split("\nThe above exception")[0]
        inside = [(p, n) for p, n in re.findall(r'File "([^"]+)", line (\d+)', first) if p.startswith(str(stage.files))]
        path, number = inside[-1] if inside else ("", 0)
        found = [name for name in names if path.endswith("/" + name)]
        at = f"{max(found, key=len)}:{number}" if found else None
    return Outcome(True, at, result.stderr)
