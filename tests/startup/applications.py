"""How real applications are fetched and installed: the accuracy measurement's sdists, in environments of wheels."""
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "accuracy"))

from measure.places import norm, rows  # noqa: E402, F401
from measure.sdists import application as fetch  # noqa: E402, F401


def venv(folder, *what):
    """An environment with these arguments of pip install; only wheels, so nothing is built."""
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "--only-binary", ":all:", *what], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(((done.stderr or "").strip().splitlines() or ["pip failed"])[-1])
        (folder / "complete").touch()
    return folder


def runtime_requirements(tree):
    """pip's arguments for the app's runtime requirements."""
    for name in ("requirements.txt", "requirements/base.txt", "requirements/prod.txt", "requirements/requirements.txt"):
        if (tree / name).exists():
            return ["-r", str(tree / name)]
    info = tree / "PKG-INFO"
    lines = re.findall(r"^Requires-Dist: (.+)$", info.read_text("utf-8", "replace"), re.M) if info.exists() else []
    lines = [line for line in lines if not re.search(r"\bextra\s*==", line)]
    if not lines:
        raise RuntimeError("no runtime requirements")
    return lines
