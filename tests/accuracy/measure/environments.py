"""An environment per application, from the fixed list envs/APP.txt: wheels, and what has none is recorded from its sdist.

It is a folder as an installer leaves it (pyvenv.cfg, lib/pythonX.Y/site-packages) for the Python of the list, which need not be at hand:
nothing reads it but as files. What has no wheel is recorded without running it: its modules are copied and .dist-info is made of
the sdist's metadata. With build=True uv builds it instead, which runs its build code, and only what fails to build is recorded.
"""
import re
import shutil
import subprocess
import sys
import tempfile

from .freeze import PLATFORM
from .places import CACHE, HERE
from .record import record
from .uv import uv


def pins(app):
    """The list of an application: (python, wheels, sdists, missing); None when it has no list."""
    file = HERE / "envs" / f"{app}.txt"
    if not file.exists():
        return None
    text = file.read_text("utf-8")
    python = re.search(r"^# python (\S+)", text, re.M)[1]
    wheels = re.findall(r"^([^#\s]+==[^#\s]+)$", text, re.M)
    sdists = re.findall(r"^([^#\s]+==[^#\s]+)  # sdist$", text, re.M)
    return python, wheels, sdists, re.findall(r"^# missing: (.+)$", text, re.M)


def install(python, site, requirements, *options):
    """uv's installation of these pins and nothing else; its words when it fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(requirements))
        listed.flush()
        command = [uv(), "pip", "install", "-q", "--no-deps", "--python", sys.executable, "--python-version", python,
                   "--python-platform", PLATFORM, "--target", str(site), *options, "-r", listed.name]
        done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def environment(app, version, build=False):
    """The environment's folder, made once. RuntimeError when there is no list or a wheel cannot be had."""
    listed = pins(app)
    if listed is None:
        raise RuntimeError("no list of pins in envs/")
    python, wheels, sdists, _ = listed
    folder = CACHE / ("built" if build else "envs") / f"{app}-{version}"
    complete = folder / "complete"
    stamp = (HERE / "envs" / f"{app}.txt").read_text("utf-8")
    if complete.exists() and complete.read_text("utf-8") == stamp:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    site = folder / "lib" / f"python{python}" / "site-packages"
    site.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {python}.0\n")
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)  # FawltyDeps looks for it; nobody runs it
    failed = install(python, site, wheels, "--only-binary", ":all:")
    if failed:
        raise RuntimeError(failed.splitlines()[-1])
    for pin in sdists:
        if not build or install(python, site, [pin]):
            record(*pin.split("=="), site)
    complete.write_text(stamp, "utf-8")
    return folder
