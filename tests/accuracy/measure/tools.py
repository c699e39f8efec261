"""The tools that are measured, each run as its users run it; each gives unit -> (line, top module)."""
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time
import tomllib

from .places import CACHE, ROOT, norm
from .score import Unit

PEERS = {"deptry": "deptry==0.25.1", "fawltydeps": "FawltyDeps==0.20.0"}
DEV = re.compile(r"(^|[-_/])(dev|develop|development|tests?|testing|docs?|lint|typing|release)([-_./]|$)|requirements[-_]dev", re.I)
COSTS = {}  # tool -> [seconds, peak of memory in MiB]


def binary():
    """pinlens: PINLENS_BIN, else what was built here."""
    for place in (os.environ.get("PINLENS_BIN"), ROOT / "target/release/pinlens", ROOT / "target/debug/pinlens"):
        if place and pathlib.Path(place).is_file():
            return str(place)
    sys.exit("no pinlens: build it or set PINLENS_BIN")


def run(tool, command, cwd):
    """Runs and notes time and peak memory; (exit code, stdout, stderr)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        cost = COSTS.setdefault(tool, [0.0, 0.0])
        cost[0] += time.monotonic() - start
        cost[1] = max(cost[1], usage.ru_maxrss / 1024)
        out.seek(0), err.seek(0)
        return process.returncode, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")


def peer(name):
    """The environment of a peer; wheels only."""
    folder = CACHE / "peers" / PEERS[name].replace("==", "-")
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", "--only-binary", ":all:", PEERS[name]], check=True)
        (folder / "complete").touch()
    return folder


def version(name):
    """What a tool calls itself."""
    if name == "pinlens":
        return subprocess.run([binary(), "--version"], capture_output=True, text=True).stdout.strip()
    return PEERS[name].replace("==", " ")


def pinlens(tree, env, tool="pinlens"):
    code, out, err = run(tool, [binary(), "check", "--format", "json", "--env", str(env) if env else "none", "."], tree)
    if code not in (0, 1):
        raise RuntimeError(err.strip())
    units = {}
    for d in json.loads(out)["diagnostics"]:
        # versions that differ are facts of the environment, of which the truth says nothing
        if d["severity"] != "hint" and d["code"] != "version-mismatch":
            subject = norm(d["distribution"]) if d.get("distribution") else (d.get("module") or "").split(".")[0]
            line = d["range"]["start"]["line"]
            units.setdefault(Unit(d["code"], d["path"], subject), (line, (d.get("module") or "").split(".")[0]))
    return units


def first_party(tree):
    """The application's own import packages, in the root and in src."""
    return sorted({p.parent.name for base in (tree, tree / "src") for p in base.glob("*/__init__.py")})


def toml(tree):
    file = tree / "pyproject.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def requirement_files(tree):
    """(runtime, development) requirements files, as somebody who sets deptry up would list them."""
    found = [p.relative_to(tree).as_posix() for p in [*tree.glob("*requirements*.txt"), *tree.glob("requirements/*.txt"), *tree.glob("src/*/*requirements*.txt")]]
    return [f for f in found if not DEV.search(f)], [f for f in found if DEV.search(f)]


def dev_names(tree):
    """The names that only development lists declare: groups, extras for development, requirements files for development."""
    data, ours = toml(tree), set()
    project = data.get("project", {})
    lines = [line for group in data.get("dependency-groups", {}).values() for line in group if isinstance(line, str)]
    main = list(project.get("dependencies", []))
    for extra, listed in project.get("optional-dependencies", {}).items():
        (lines if DEV.search(extra) else main).extend(listed)
    for files, into in zip(requirement_files(tree), (main, lines)):
        for file in files:
            into.extend((tree / file).read_text("utf-8", "replace").splitlines())
    name = lambda line: norm(re.match(r"\s*([\w.-]*)", line)[1])
    ours = {name(line) for line in main}
    return {name(line) for line in lines} - ours


# deptry reads the metadata of its own interpreter's sys.path: the application's site-packages are put behind deptry's own, as if
# both were installed in one environment
BESIDE = "import sys; sys.path.append(sys.argv.pop(1)); from deptry.cli import deptry; sys.argv[0] = 'deptry'; deptry()"


def deptry(tree, env):
    runtime, dev = requirement_files(tree)
    report = CACHE / "deptry.json"
    report.unlink(missing_ok=True)
    (site,) = env.glob("lib/python*/site-packages")
    command = [peer("deptry") / "bin" / "python", "-c", BESIDE, site, ".", "-o", report]
    data = toml(tree)
    declares = data.get("project", {}).get("dependencies") or data.get("tool", {}).get("poetry", {}).get("dependencies")
    if runtime and not declares:
        command += ["--requirements-files", ",".join(runtime)]
        if dev:
            command += ["--requirements-files-dev", ",".join(dev)]
    extras = [extra for extra in data.get("project", {}).get("optional-dependencies", {}) if DEV.search(extra)]
    if extras:
        command += ["--optional-dependencies-dev-groups", ",".join(extras)]
    for name in first_party(tree):
        command += ["--known-first-party", name]
    _, _, err = run("deptry", command, tree)
    if not report.exists():
        raise RuntimeError((err.strip().splitlines() or ["no report"])[-1])
    codes = {"DEP001": "undeclared-import", "DEP002": "unused-requirement", "DEP003": "transitive-import", "DEP004": "dev-only-import"}
    units = {}
    for d in json.loads(report.read_text("utf-8")):
        code = codes.get(d["error"]["code"])
        if code:
            where = os.path.relpath(tree / d["location"]["file"], tree)
            units.setdefault(Unit(code, where, norm(d["module"])), (d["location"]["line"], d["module"]))
    return units


def fawltydeps(tree, env):
    command = [peer("fawltydeps") / "bin" / "fawltydeps", "--json", "--pyenv", env, "."]
    project = toml(tree).get("project", {})
    if {"dependencies", "optional-dependencies"} <= set(project.get("dynamic", [])):
        # 0.20.0 fails on `dynamic = {file = "x"}`; such a pyproject.toml declares nothing that the files do not
        command += ["--exclude", "/pyproject.toml"]
    _, out, err = run("fawltydeps", command, tree)
    try:
        report = json.loads(out)
    except ValueError:
        raise RuntimeError((err.strip().splitlines() or ["no report"])[-1]) from None
    units = {}
    for d in report["undeclared_deps"] or []:
        for place in d["references"]:
            units.setdefault(Unit("undeclared-import", os.path.relpath(tree / place["path"], tree), norm(d["name"])), (place.get("lineno"), d["name"]))
    for d in report["unused_deps"] or []:
        for place in d["references"]:
            units.setdefault(Unit("unused-requirement", os.path.relpath(tree / place["path"], tree), norm(d["name"])), (place.get("lineno"), d["name"]))
    return units


def cannot(tool, tree):
    """A function that tells of a unit of the truth why a peer never says such a thing, or ''."""
    dev = dev_names(tree)

    def why(unit):
        if unit.code == "removed-stdlib-module":
            return "removed modules of the standard library"
        if unit.code in ("unresolved-import",) and not unit.subject:
            return "relative imports"
        if tool == "deptry":
            if unit.code == "unused-requirement" and unit.subject in dev:
                return "unused requirements of development lists"
            if unit.code != "unused-requirement" and (unit.path == "setup.py" or unit.path.split("/")[0] == "tests"):
                return "imports in tests/ and setup.py, which it leaves out"
        if tool == "fawltydeps" and unit.code == "dev-only-import":
            return "the difference of development lists"
        return ""

    return why
