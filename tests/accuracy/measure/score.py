"""Findings against truth: what is right, false, missed, not judged, or beyond what a peer can say."""
import collections
import re

from .places import HERE, norm, rows

MISSING = {"undeclared-import", "transitive-import", "dev-only-import", "unresolved-import", "removed-stdlib-module"}
Unit = collections.namedtuple("Unit", "code path subject")
# kind: "right", "false" or "miss"; aside: "" or why it is in no ratio ("unjudged", or what the tool cannot say)
Outcome = collections.namedtuple("Outcome", "kind unit line aside")


class Truth:
    """What is true of an application: `units` (unit -> module), and the (path, subject) that nobody can judge from its sdist."""

    def __init__(self, table, with_env):
        self.units, self.unjudged = {}, set()
        for code, code_env, path, subject, *note in table:
            if code == "code":
                continue
            code = code_env if with_env and code_env else code
            subject = norm(subject)
            if code.startswith("unjudged"):
                code = code.partition(":")[2] or "-"  # what the strict ratios take it for; alone: used
                # nothing of another kind hides behind the mark
                self.unjudged.add((code in MISSING, path, subject))
            if code != "-":
                module = re.search(r"\bmodule ([\w.]+)", " ".join(note))
                self.units[Unit(code, path, subject)] = module[1].split(".")[0] if module else subject


def truth(app, with_env):
    return Truth(rows(HERE / "truth" / f"{app}.tsv"), with_env)


def key(unit, families):
    """What two units are compared by: themselves, or (for peers) missing imports by path and module, unused requirements by name."""
    if not families:
        return unit._replace(subject=norm(unit.subject))
    if unit.code == "unused-requirement":
        return Unit(unit.code, "", norm(unit.subject))
    return unit._replace(code="missing-import" if unit.code in MISSING else unit.code)


def in_family(code):
    return code in MISSING or code == "unused-requirement"


def compare(found, true, families=False, cannot=lambda unit: ""):
    """The outcomes. `found`: unit -> (line, top module). A finding also matches truth by its top module.

    `cannot` tells of a unit of the truth why this tool never says such a thing.
    """
    wanted, aside = {}, {}
    unjudged_names = {subject for is_import, _, subject in true.unjudged if not is_import}
    for unit, module in true.units.items():
        if families and not in_family(unit.code):
            continue
        k = key(unit, families)
        wanted.setdefault(k, norm(module))
        why = cannot(unit)
        # a unit of several files can be said when one of them can
        aside[k] = why if k not in aside or not why else aside[k]

    def why(k):
        by_name = families and k.code == "unused-requirement"
        is_import = k.code in MISSING or k.code == "missing-import"
        is_unjudged = k.subject in unjudged_names if by_name else (is_import, k.path, k.subject) in true.unjudged
        return "unjudged" if is_unjudged else aside.get(k, "")

    by_module = {u._replace(subject=m): u for u, m in wanted.items()}
    hit, reported, outcomes = set(), set(), []
    for unit, (line, module) in found.items():
        if families and not in_family(unit.code):
            continue
        k = key(unit, families)
        m = k._replace(subject=norm(module))
        match = k if k in wanted else by_module.get(k) or by_module.get(m) or (m if m in wanted else None)
        if not match and unit.code == "unresolved-import":
            # where no sure evidence names the distribution, pinlens says that nothing is known to provide the module: right
            # at a place where the truth has a missing requirement
            other = [x._replace(code="undeclared-import") for x in (k, m)]
            match = next((x if x in wanted else by_module[x] for x in other if x in wanted or x in by_module), None)
        if match:
            hit.add(match)
        elif k not in reported:
            reported.add(k)
            outcomes.append(Outcome("false", k, line, why(k)))
    for k in wanted:
        # what a tool says although it is thought unable to is right and counts
        kind = "right" if k in hit else "miss"
        outcomes.append(Outcome(kind, k, None, why(k) if kind == "miss" or why(k) == "unjudged" else ""))
    return outcomes


class Tally:
    """Counts of right, false and missed."""

    def __init__(self, outcomes=()):
        count = collections.Counter(outcome.kind for outcome in outcomes)
        self.right, self.false, self.miss = count["right"], count["false"], count["miss"]

    @property
    def precision(self):
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self):
        return self.right / (self.right + self.miss) if self.right + self.miss else 1.0

    def cells(self):
        return [str(self.right), str(self.false), str(self.miss), f"{self.precision:.3f}", f"{self.recall:.3f}"]


def judged(outcomes):
    """Those that count."""
    return [o for o in outcomes if not o.aside]


def strict(outcomes):
    """Those that count, and the unjudged as the strict reading has them."""
    return [o for o in outcomes if o.aside in ("", "unjudged")]
