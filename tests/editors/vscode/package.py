"""Checks what a packed extension holds: every file that it needs, nothing else, the server executable."""

import json
import sys
import zipfile

EXPECTED = {
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/changelog.md",
    "extension/dist/extension.js",
    "extension/language-configuration.json",
    "extension/package.json",
    "extension/readme.md",
    "extension/server/pinlens",
    "extension/syntaxes/pip-requirements.tmLanguage.json",
}


def check(package: zipfile.ZipFile) -> list[str]:
    """What is wrong with the package, a line each."""
    names = set(package.namelist())
    wrong = [f"missing: {name}" for name in sorted(EXPECTED - names)]
    wrong += [f"too much: {name}" for name in sorted(names - EXPECTED)]
    if wrong:
        return wrong
    mode = package.getinfo("extension/server/pinlens").external_attr >> 16
    if mode & 0o111 != 0o111:
        wrong.append(f"the server is not executable: {mode:o}")
    manifest = json.loads(package.read("extension/package.json"))
    needed = [manifest["main"]]
    needed += [language["configuration"] for language in manifest["contributes"]["languages"]]
    needed += [grammar["path"] for grammar in manifest["contributes"]["grammars"]]
    wrong += [f"package.json names {path}" for path in needed if f"extension/{path.removeprefix('./')}" not in names]
    grammars = [name for name in names if name.endswith(".tmLanguage.json") or name.endswith("configuration.json")]
    for name in grammars:
        json.loads(package.read(name))
    return wrong


def main() -> int:
    with zipfile.ZipFile(sys.argv[1]) as package:
        wrong = check(package)
    print("\n".join(wrong) or f"{sys.argv[1]} holds what it must: {len(EXPECTED)} files")
    return 1 if wrong else 0


sys.exit(main())
