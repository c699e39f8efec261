"""uv, which resolves and installs for a Python that need not be at hand."""
import functools
import subprocess
import sys

from .places import CACHE

VERSION = "uv==0.13.9"


@functools.cache
def uv():
    """The path of uv, fetched once from the index that pip uses."""
    folder = CACHE / "tools" / "uv"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", "--only-binary", ":all:", VERSION], check=True)
        (folder / "complete").write_text(VERSION)
    return str(folder / "bin" / "uv")
