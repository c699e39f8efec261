"""Validates the SARIF, the report for GitLab and the JUnit XML that pinlens prints. The metadata of cargo on standard input tells where
the schema of SARIF is.

usage: validate.py PINLENS CASES
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

import jsonschema


def main(pinlens: str, cases: str) -> None:
    """Runs `pinlens` in a copy of each project of `cases`; stops at the first log that is not valid."""
    schema = json.loads(schema_path().read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    refuses_nonsense(validator)
    seen = {"results": 0, "fixes": 0, "relatedLocations": 0, "toolExecutionNotifications": 0}
    for project in sorted(Path(cases).glob("*/project")):
        log = json.loads(run(str(Path(pinlens).resolve()), project, "sarif"))
        for error in validator.iter_errors(log):
            sys.exit(f"{project}: {error.json_path}: {error.message}")
        (one,) = log["runs"]
        seen["results"] += len(one["results"])
        seen["toolExecutionNotifications"] += len(one["invocations"][0]["toolExecutionNotifications"])
        for part in ("fixes", "relatedLocations"):
            seen[part] += sum(part in result for result in one["results"])
    missing = [part for part, number in seen.items() if number == 0]
    if missing:
        sys.exit(f"no project of {cases} shows {', '.join(missing)}: what is not printed is not tested")
    print(f"SARIF is valid: {seen}")
    binary = str(Path(pinlens).resolve())
    projects = sorted(Path(cases).glob("*/project"))
    print(f"reports for GitLab are valid: {sum(gitlab(binary, project) for project in projects)} entries")
    print(f"JUnit XML is valid: {sum(junit(binary, project) for project in projects)} tests")


def gitlab(pinlens: str, project: Path) -> int:
    """The number of entries in the report of one project, which must fit the schema and have fingerprints of their own."""
    schema = json.loads((Path(__file__).parent / "gitlab.schema.json").read_text(encoding="utf-8"))
    report = json.loads(run(pinlens, project, "gitlab"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(report):
        sys.exit(f"{project}: {error.json_path}: {error.message}")
    fingerprints = [entry["fingerprint"] for entry in report]
    if len(set(fingerprints)) < len(fingerprints):
        sys.exit(f"{project}: two entries have one fingerprint")
    return len(report)


def junit(pinlens: str, project: Path) -> int:
    """The number of tests in the report of one project: suites with cases, whose counts are true."""
    root = xml.fromstring(run(pinlens, project, "junit"))
    cases = root.findall("testsuite/testcase")
    failures = root.findall("testsuite/testcase/failure")
    shape = root.tag == "testsuites" and cases and all(case.get("name") and case.get("classname", "x") for case in cases)
    totals = [root.get("tests"), root.get("failures")] == [str(len(cases)), str(len(failures))]
    suites = all(suite.get("tests") == str(len(suite.findall("testcase"))) for suite in root)
    if not (shape and totals and suites and all(failure.get("message") and failure.get("type") for failure in failures)):
        sys.exit(f"{project}: not JUnit: {xml.tostring(root, encoding='unicode')[:400]}")
    return len(cases)


def schema_path() -> Path:
    """The schema in the package that cargo fetched."""
    packages = json.load(sys.stdin)["packages"]
    (package,) = (package for package in packages if package["name"] == "serde-sarif")
    return Path(package["manifest_path"]).parent / "src" / "schema.json"


def refuses_nonsense(validator: jsonschema.protocols.Validator) -> None:
    """A schema that accepts anything would prove nothing."""
    nonsense = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"ruleId": 1}]}]}
    if validator.is_valid(nonsense):
        sys.exit("the schema accepts nonsense")


def run(pinlens: str, project: Path, form: str) -> str:
    """What is printed for one project, copied so that its `dot-x` are `.x`, in a folder whose name a URI has to escape."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "größe 1"
        shutil.copytree(project, copy)
        for path in sorted(copy.rglob("dot-*"), reverse=True):
            path.rename(path.with_name("." + path.name.removeprefix("dot-")))
        environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
        command = [pinlens, "check", "--format", form, copy.name]
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"{project}: exit code {done.returncode}")
        return done.stdout.decode()


if __name__ == "__main__":
    main(*sys.argv[1:])
