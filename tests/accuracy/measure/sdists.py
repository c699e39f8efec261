"""Source distributions from the index that pip uses; none of their code runs."""
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request
import zipfile

from .places import CACHE, norm


@functools.cache
def index_url():
    """The index that pip uses."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    pip = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(pip, capture_output=True, text=True)
    if asked.returncode == 0 and asked.stdout.strip():
        return asked.stdout.strip()
    code = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def sdist_link(name, version):
    """The address of the sdist on the index's simple page."""
    page = index_url().rstrip("/") + "/" + norm(name) + "/"
    with urllib.request.urlopen(urllib.request.Request(page, headers={"Accept": "text/html"}), timeout=120) as answer:
        html = answer.read().decode("utf-8")
    for href in re.findall(r'href="([^"]+)"', html):
        url = urllib.parse.urljoin(page, href.replace("&amp;", "&")).split("#")[0]
        file = urllib.parse.unquote(url.rsplit("/", 1)[-1])
        found = re.fullmatch(r"(.+)-([^-]+)\.(tar\.gz|tgz|tar\.bz2|zip)", file)
        if found and norm(found[1]) == norm(name) and found[2] == version:
            return url
    raise RuntimeError(f"no sdist of {name} {version}")


def archive(name, version):
    """The file of the sdist, fetched once."""
    file = CACHE / "sdists" / f"{name}-{version}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(sdist_link(name, version), timeout=300) as answer:
            file.write_bytes(answer.read())
    return file


def unpack(file, folder):
    """Unpacks an archive and returns its one folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if zipfile.is_zipfile(file):
        zipfile.ZipFile(file).extractall(folder)
    else:
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data")
    (inner,) = folder.iterdir()
    return inner


def application(name, version, sha256):
    """The unpacked tree of an application of apps.tsv."""
    tree = CACHE / "trees" / f"{name}-{version}"
    if tree.exists():
        return tree
    file = archive(name, version)
    if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        file.unlink()
        raise RuntimeError(f"{name} {version}: sha256 differs")
    part = tree.with_name(tree.name + ".part")
    inner = unpack(file, part)
    (inner / ".git").mkdir(exist_ok=True)  # the project's root, also below this repository
    inner.rename(tree)
    part.rmdir()
    return tree
