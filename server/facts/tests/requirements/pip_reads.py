"""Reads requirement lines with the pip that is installed, as the second reader of the test corpus.

Takes cases, parted by NUL, on standard input. Writes one line a case: "error", or its parts, parted by " & ":
"name|extras|specifiers|marker" for a requirement (the name empty where pip knows none), "r:target" or "c:target" for an include.
"""

import os
import re
import sys
import tempfile

from pip._internal.req import req_file
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._vendor.packaging.utils import canonicalize_name


def squeezed(marker):
    return re.sub(r"[\s()]", "", marker).replace("'", '"')


def requirement(parsed):
    req = install_req_from_parsed_requirement(parsed)
    name = canonicalize_name(req.name) if req.name else ""
    from_file = req.link is not None and req.link.is_wheel and not req.link.url.startswith("git")
    specifiers = "" if from_file or req.req is None else ",".join(sorted(str(s) for s in req.req.specifier))
    marker = req.markers or (req.req.marker if req.req is not None else None)
    return "|".join([name, ",".join(sorted(req.extras)), specifiers, squeezed(str(marker or ""))])


def read(text):
    parse_line = req_file.get_line_parser(None)
    parts = []
    for number, line in req_file.preprocess(text):
        args, opts = parse_line(line)
        parsed = req_file.ParsedLine("requirements.txt", number, args, opts, False)
        if args or opts.editables:
            parts.append(requirement(req_file.handle_line(parsed)))
        elif opts.requirements:
            parts.append("r:" + opts.requirements[0])
        elif opts.constraints:
            parts.append("c:" + opts.constraints[0])
    return " & ".join(parts)


def main():
    cases = sys.stdin.buffer.read().decode("utf-8").split("\0")
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for project in [".", "lib", "wheels"]:
            os.makedirs(project, exist_ok=True)
            open(os.path.join(project, "setup.py"), "w").close()
        for case in cases:
            try:
                answers.append(read(case))
            except (Exception, SystemExit):
                answers.append("error")
        os.chdir(os.sep)
    sys.stdout.buffer.write("\n".join(answers).encode("utf-8"))


main()
