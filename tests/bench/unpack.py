"""Unpacks a wheel and writes the dependencies of its METADATA as requirements.txt.

usage: unpack.py WHEEL FOLDER
"""

import email
import sys
import zipfile
from pathlib import Path


def main(wheel: str, folder: str) -> None:
    """Unpacks `wheel` to `folder`, which must not exist."""
    target = Path(folder)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    (metadata,) = target.glob("*.dist-info/METADATA")
    headers = email.message_from_string(metadata.read_text(encoding="utf-8"))
    requirements = headers.get_all("Requires-Dist", [])
    (target / "requirements.txt").write_text("".join(f"{line}\n" for line in requirements), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
