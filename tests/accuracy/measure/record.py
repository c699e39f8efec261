"""What an installer would leave of an sdist, without running it: its modules, and .dist-info made of its metadata."""
import email
import pathlib
import re
import shutil
import tempfile


from .sdists import archive, unpack

ASIDE = {"test", "tests", "testing", "doc", "docs", "example", "examples", "build", "benchmarks", "scripts", "tools", "setup", "conftest", "noxfile", "versioneer", "ez_setup"}


def required(egg):
    """The Requires-Dist lines that egg-info's requires.txt says (sections are `extra:marker`)."""
    lines, extra, marker = [], "", ""
    for line in (egg / "requires.txt").read_text("utf-8").splitlines() if egg and (egg / "requires.txt").exists() else []:
        section = re.fullmatch(r"\[([^:\]]*):?(.*)\]", line.strip())
        if section:
            extra, marker = section[1], section[2]
        elif line.strip():
            tests = [t for t in (f"({marker})" if marker else "", f'extra == "{extra}"' if extra else "") if t]
            lines.append("Requires-Dist: " + line.strip() + ("; " + " and ".join(tests) if tests else ""))
    return lines


def modules(root, egg, name=""):
    """The top-level packages and modules that would be installed, as paths; `name` is the distribution's."""
    bases = [root / name for name in ("src", "lib", "python", "") if (root / name).is_dir()]
    if egg and (egg / "top_level.txt").exists():
        names = (egg / "top_level.txt").read_text("utf-8").split()
        if egg.parent not in bases:
            bases.insert(0, egg.parent)
    else:
        names = {p.stem if p.suffix == ".py" else p.name for base in bases for p in base.iterdir() if (p / "__init__.py").exists() or p.suffix == ".py"}
        names = sorted(names - ASIDE)
        own = re.sub(r"[-.]+", "_", name).lower()
        deep = sorted(root.rglob(f"{own}/__init__.py"), key=lambda p: (len(p.parts), p)) if own and own not in names else []
        if deep:  # such as kitchen3/kitchen: of several the last, which is of the newest Python
            return [[p.parent for p in deep if len(p.parts) == len(deep[0].parts)][-1]]
    found = []
    for module in names:
        places = [p for base in bases for p in (base / module, base / f"{module}.py", base / f"{module}.c") if p.exists()]
        found += places[:1]
    return found


def record(name, version, site):
    """Writes the distribution into site-packages as an installer would have recorded it."""
    with tempfile.TemporaryDirectory() as folder:
        root = unpack(archive(name, version), pathlib.Path(folder) / "sdist")
        egg = next(iter(sorted(root.rglob("*.egg-info"), key=lambda p: len(p.parts))), None)
        metadata = (root / "PKG-INFO").read_text("utf-8", "replace")
        if "Requires-Dist" not in email.message_from_string(metadata):
            head, sep, body = metadata.partition("\n\n")
            metadata = "\n".join([head.rstrip("\n"), *required(egg)]) + "\n" + sep + body
        info = site / f"{re.sub('[-.]+', '_', name)}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(metadata, "utf-8")
        (info / "INSTALLER").write_text("sdist\n")
        if egg and (egg / "entry_points.txt").exists():
            shutil.copy(egg / "entry_points.txt", info)
        files = [f"{info.name}/METADATA", f"{info.name}/INSTALLER"]
        for module in modules(root, egg, name):
            if module.is_dir():
                shutil.copytree(module, site / module.name, dirs_exist_ok=True)
                files += [p.relative_to(module.parent).as_posix() for p in sorted(module.rglob("*")) if p.is_file()]
            else:
                target = module.with_suffix(".so").name if module.suffix == ".c" else module.name
                shutil.copy(module, site / target)
                files.append(target)
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in [*files, f"{info.name}/RECORD"]), "utf-8")
