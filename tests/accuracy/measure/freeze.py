"""Writes envs/APP.txt: what a developer of the application would have installed, resolved once and then fixed.

Resolving asks sdists without static metadata for it, which runs their build code (in uv's isolated environments). Only this command
does; the measurement installs the fixed list and runs nothing.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

from .places import HERE, norm, rows
from .uv import uv

PLATFORM = "x86_64-unknown-linux-gnu"


def of_metadata(tree, app):
    """The requirements of PKG-INFO, those of extras too, without the tests of extras."""
    found = []
    if not (tree / "PKG-INFO").exists():
        return found
    for line in re.findall(r"^Requires-Dist: (.+)$", (tree / "PKG-INFO").read_text("utf-8", "replace"), re.M):
        line = re.sub(r"\s+and\s+\(?\s*extra\s*==\s*(['\"])[^'\"]+\1\s*\)?|\(?\s*extra\s*==\s*(['\"])[^'\"]+\2\s*\)?\s*(and\s+)?", "", line)
        line = line.strip().rstrip(";").strip()
        if norm(re.match(r"[\w.-]+", line)[0]) != norm(app):
            found.append(line)
    return found


def of_project(tree):
    """The dependencies and extras of [project], where those of PKG-INFO are a lock that the index may have outgrown (FlexGet)."""
    project = tomllib.loads((tree / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project.get("dependencies", []), *(line for extra in project.get("optional-dependencies", {}).values() for line in extra)]


def of_groups(tree):
    """The requirements of all dependency groups (PEP 735)."""
    groups = tomllib.loads((tree / "pyproject.toml").read_text("utf-8")).get("dependency-groups", {})
    return [line for group in groups.values() for line in group if isinstance(line, str)]


def of_list(tree, app, name):
    """One list of envs/lists.tsv: `metadata` (PKG-INFO), `project`, `groups` or the path of a requirements file."""
    if name == "project":
        return of_project(tree)
    if name == "metadata":
        return of_metadata(tree, app)
    if name == "groups":
        return of_groups(tree)
    lines = (tree / name).read_text("utf-8").replace("\\\n", " ").splitlines()
    found = []
    for line in (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines):
        include = re.match(r"(?:-r|--requirement)[ =]?(.+)", line)
        if include:
            inner = (tree / name).parent.joinpath(include[1].strip()).resolve().relative_to(tree.resolve())
            found += of_list(tree, app, inner.as_posix())
        elif line and not line.startswith("-"):
            found.append(re.sub(r"\s+--hash.*", "", line))
    return found


def resolve(lines, python):
    """The pins for these requirements, or uv's words on why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "in.txt"
        source.write_text("\n".join(lines) + "\n", "utf-8")
        command = [uv(), "pip", "compile", "-q", "--no-header", "--no-annotate", "--python-version", python, "--python-platform", PLATFORM]
        done = subprocess.run([*command, source], capture_output=True, text=True)
    return (None, done.stderr.strip()) if done.returncode else (done.stdout.splitlines(), "")


def without_wheel(pins, python):
    """The pins of which the index has no wheel for this Python: the list is halved as often as needed."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "in.txt"
        source.write_text("\n".join(pins) + "\n", "utf-8")
        command = [uv(), "pip", "install", "-q", "--dry-run", "--no-deps", "--only-binary", ":all:", "--python", sys.executable,
                   "--python-version", python, "--python-platform", PLATFORM, "--target", folder + "/site", "-r", source]
        if not pins or subprocess.run(command, capture_output=True).returncode == 0:
            return []
    if len(pins) == 1:
        return pins
    half = len(pins) // 2
    return without_wheel(pins[:half], python) + without_wheel(pins[half:], python)


def lists_of(app, tree):
    """The Python and the lists of an application: its row in envs/lists.tsv, else all lists that lie in usual places."""
    for name, python, names, *_ in rows(HERE / "envs" / "lists.tsv"):
        if name == app:
            return python, names.split()
    usual = ["requirements*.txt", "requirements/*.txt", "*requirements.txt"]
    files = dict.fromkeys(p.relative_to(tree).as_posix() for pattern in usual for p in sorted(tree.glob(pattern)))
    names = ["metadata"] if of_metadata(tree, app) else []
    if (tree / "pyproject.toml").exists() and of_groups(tree):
        names.append("groups")
    return "3.12", [*names, *files]


def freeze(app, tree):
    """Writes envs/APP.txt; returns the requirements that could not be held, each with the reason."""
    python, lists = lists_of(app, tree)
    held, pins, left = [], [], []
    for name in lists:
        wanted = list(dict.fromkeys(of_list(tree, app, name)))
        together, _ = resolve(held + wanted, python)
        if together is not None:
            held, pins = held + wanted, together
            continue
        for line in wanted:  # a list that does not fit as a whole gives each requirement that does
            if re.search(r"\bgit\+|\bhg\+", line):
                left.append((line, "no registry has it"))
                continue
            some, why = resolve([*held, line], python)
            if some is None:
                left.append((line, why))
            else:
                held, pins = [*held, line], some
    missing = [f"# missing: {line.split(' @ ')[0]}" for line, _ in left]
    without = set(without_wheel(pins, python))
    pins = [pin + "  # sdist" if pin in without else pin for pin in pins]
    head = [f"# python {python}", f"# lists: {' '.join(lists)}", *missing]
    (HERE / "envs" / f"{app}.txt").write_text("\n".join([*head, *pins]) + "\n", "utf-8")
    return left
