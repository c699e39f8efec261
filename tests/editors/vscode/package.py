"""Checks what a packed extension holds: every file that it needs, nothing else, the server executable; its settings know the codes.

Arguments: the package, its target, the folder of the pages, and the binary that names the codes.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile

EXPECTED = {
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/THIRD-PARTY-LICENSES.txt",
    "extension/changelog.md",
    "extension/dist/extension.js",
    "extension/images/icon.png",
    "extension/language-configuration.json",
    "extension/package.json",
    "extension/readme.md",
    "extension/syntaxes/pip-requirements.tmLanguage.json",
    "extension/walkthrough/check.md",
    "extension/walkthrough/fix.md",
    "extension/walkthrough/see.md",
    "extension/walkthrough/configure.md",
}


def expected(target: str, pages: str) -> set[str]:
    """The files of a package: the server lies where findServer of src/server.ts looks for it, under its platform's name."""
    return EXPECTED | {server_of(target)} | {f"extension/docs/{page}" for page in os.listdir(pages)}


def server_of(target: str) -> str:
    """Where the server of a target lies."""
    return "extension/server/pinlens.exe" if target.startswith("win32") else "extension/server/pinlens"


def check(package: zipfile.ZipFile, target: str, pages: str, binary: str) -> list[str]:
    """What is wrong with the package, a line each."""
    names = set(package.namelist())
    wanted = expected(target, pages)
    wrong = [f"missing: {name}" for name in sorted(wanted - names)]
    wrong += [f"too much: {name}" for name in sorted(names - wanted)]
    if wrong:
        return wrong
    wrong += wrong_server(package, target)
    manifest = json.loads(package.read("extension/package.json"))
    needed = named_files(manifest)
    wrong += [f"package.json names {path}" for path in needed if f"extension/{path.removeprefix('./')}" not in names]
    for name in names:
        if name.endswith(".tmLanguage.json") or name.endswith("configuration.json"):
            json.loads(package.read(name))
    known = codes(binary)
    wrong += [f"no page of {code}" for code in sorted(known) if f"extension/docs/{code}.md" not in names]
    return wrong + wrong_settings(manifest["contributes"]["configuration"]["properties"], known)


def wrong_server(package: zipfile.ZipFile, target: str) -> list[str]:
    """What is wrong with the server: it is executable, for the package's target, and answers where this is its platform."""
    wrong = []
    entry = package.getinfo(server_of(target))
    mode = entry.external_attr >> 16
    if mode & 0o111 != 0o111:
        wrong.append(f"the server is not executable: {mode:o}")
    told = re.search(r'TargetPlatform="([^"]*)"', package.read("extension.vsixmanifest").decode())
    if told is None or told[1] != target:
        wrong.append(f"the package is for {told and told[1]}")
    if target == "linux-x64" and (sys.platform, platform.machine()) == ("linux", "x86_64"):
        with tempfile.TemporaryDirectory() as folder:
            server = package.extract(entry, folder)
            os.chmod(server, mode)
            answer = subprocess.run([server, "--version"], capture_output=True, text=True).stdout
        if not answer.startswith("pinlens "):
            wrong.append(f"the server says {answer!r}")
    return wrong


def named_files(manifest: dict) -> list[str]:
    """The files that package.json names."""
    contributes = manifest["contributes"]
    files = [manifest["main"], manifest["icon"]]
    files += [language["configuration"] for language in contributes["languages"]]
    files += [grammar["path"] for grammar in contributes["grammars"]]
    files += [step["media"]["markdown"] for walkthrough in contributes["walkthroughs"] for step in walkthrough["steps"]]
    return files


def codes(binary: str) -> set[str]:
    """The codes that the binary names among the rules of a SARIF report."""
    with tempfile.TemporaryDirectory() as folder:
        command = [binary, "check", "--format", "sarif", folder]
        report = subprocess.run(command, check=True, capture_output=True).stdout
    return {rule["id"] for rule in json.loads(report)["runs"][0]["tool"]["driver"]["rules"]}


def wrong_settings(settings: dict, wanted: set[str]) -> list[str]:
    """What the settings lack: a description, a scope, a description of each value, or one of the codes."""
    wrong = []
    for name, setting in settings.items():
        wrong += [f"{name} has no {key}" for key in ("markdownDescription", "scope", "default") if key not in setting]
        wrong += [f"{name} is for the whole window"] * (setting.get("scope") == "window" and name != "pinlens.trace.server")
        for part in (setting, setting.get("items", {})):
            if len(part.get("enum", [])) != len(part.get("enumDescriptions", [])):
                wrong.append(f"{name}: not every value is described")
    known = {
        "select": settings["pinlens.select"]["items"]["enum"],
        "ignore": settings["pinlens.ignore"]["items"]["enum"],
        "severity": settings["pinlens.severity"]["properties"],
        "overrides": settings["pinlens.overrides"]["items"]["properties"]["codes"]["items"]["enum"],
    }
    return wrong + [f"pinlens.{name}: {sorted(set(has) ^ wanted)}" for name, has in known.items() if set(has) != wanted]


def main() -> int:
    with zipfile.ZipFile(sys.argv[1]) as package:
        wrong = check(package, *sys.argv[2:])
        number = len(package.namelist())
    print("\n".join(wrong) or f"{sys.argv[1]} holds what it must: {number} files")
    print(f"{int(not wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


sys.exit(main())
