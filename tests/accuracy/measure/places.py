"""Where things lie, and the small readers that all parts share."""
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
CACHE = ROOT / "tests" / ".cache" / "accuracy"


def norm(name):
    """A distribution's normalized name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def rows(path):
    """The rows of a TSV file, without comments and blank lines."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def apps():
    """The rows of apps.tsv: (name, version, sha256, set)."""
    return [(row + ["", ""])[:4] for row in rows(HERE / "apps.tsv") if row[0] != "name"]
