"""Measures the commands and the servers, prints tables and the marks. README.md says what is measured and how."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import protocol

KEYSTROKE_MARK_MS = 2.0
MEMORY_MARK_MB = 120.0


def main() -> int:
    """Measures everything; gives 0 where every mark is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, required=True, help="the unpacked tree")
    parser.add_argument("--tools", type=Path, required=True, help="the folder that holds ruff and deptry")
    parser.add_argument("--pinlens", type=Path, required=True, help="the binary to measure")
    parser.add_argument("--runs", type=int, default=5, help="how often each command is run")
    options = parser.parse_args()
    pinlens, ruff = str(options.pinlens.resolve()), str((options.tools / "ruff").resolve())

    commands = measure_commands(options.tree, ruff, str((options.tools / "deptry").resolve()), pinlens, options.runs)
    print_commands(commands)
    servers = {
        "ruff server": protocol.measure([ruff, "server"], options.tree, options.runs, whole_workspace=False),
        "pinlens server": protocol.measure([pinlens, "server"], options.tree, options.runs, whole_workspace=True),
    }
    print_servers(servers)
    return print_marks(commands, servers["pinlens server"])


def measure_commands(tree: Path, ruff: str, deptry: str, pinlens: str, runs: int) -> dict[str, list[tuple[float, float]]]:
    """The seconds and megabytes of each run of each command; the commands take turns."""
    commands = {
        "cat": ["sh", "-c", "find . -name '*.py' -print0 -o -name '*.pyi' -print0 | xargs -0 cat"],
        "ruff check": [ruff, "check", "--select", "F401", "--no-cache", "--isolated", "--quiet", "."],
        "deptry": [deptry, "--requirements-files", "requirements.txt", "."],
        "pinlens check": [pinlens, "check", "--env", "none", "."],
    }
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            result = run(command, tree)
            if turn > 0:  # the first turn warms the system's cache of files
                measured[name].append(result)
    return measured


def run(command: list[str], folder: Path) -> tuple[float, float]:
    """The seconds and the peak megabytes of one run. Tools that find something exit with 1; above that they failed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{command[0]} failed with {code}:\n{told.decode(errors='replace')}")
    return seconds, usage.ru_maxrss / 1024


def print_commands(measured: dict[str, list[tuple[float, float]]]) -> None:
    """One line a command: medians, the fastest and slowest run, and the time as a multiple of `cat`."""
    base = statistics.median(seconds for seconds, _ in measured["cat"])
    print(f"{'command':<16}{'median s':>10}{'min s':>9}{'max s':>9}{'x cat':>8}{'peak MB':>10}")
    for name, results in measured.items():
        times = [seconds for seconds, _ in results]
        median, memory = statistics.median(times), statistics.median(megabytes for _, megabytes in results)
        print(f"{name:<16}{median:>10.3f}{min(times):>9.3f}{max(times):>9.3f}{median / base:>8.2f}{memory:>10.1f}")


def print_servers(servers: dict[str, protocol.Measured]) -> None:
    """One line a server."""
    print(f"\n{'server':<16}{'complete s':>11}{'lists':>8}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}{'peak MB':>10}")
    for name, measured in servers.items():
        complete = statistics.median(measured.complete)
        p50, p99, most = percentile(measured.keystrokes, 50), percentile(measured.keystrokes, 99), max(measured.keystrokes)
        memory = statistics.median(measured.megabytes)
        print(f"{name:<16}{complete:>11.3f}{measured.lists:>8}", end="")
        print(f"{p50 * 1000:>9.2f}{p99 * 1000:>9.2f}{most * 1000:>9.2f}{memory:>10.1f}")


def print_marks(commands: dict[str, list[tuple[float, float]]], server: protocol.Measured) -> int:
    """One line a mark; gives 0 where every one is met."""
    time_of = {name: statistics.median(seconds for seconds, _ in results) for name, results in commands.items()}
    check_memory = statistics.median(megabytes for _, megabytes in commands["pinlens check"])
    keystroke = percentile(server.keystrokes, 99) * 1000
    memory = max(check_memory, statistics.median(server.megabytes))
    marks = [
        ("check no slower than ruff", "s", time_of["pinlens check"], time_of["ruff check"]),
        ("keystroke at p99", "ms", keystroke, KEYSTROKE_MARK_MS),
        ("peak memory", "MB", memory, MEMORY_MARK_MB),
    ]
    print()
    for name, unit, value, mark in marks:
        print(f"{'met   ' if value <= mark else 'MISSED'}  {name}: {value:.2f} {unit} (mark {mark:.2f} {unit})")
    return 0 if all(value <= mark for _, _, value, mark in marks) else 1


def percentile(values: list[float], percent: int) -> float:
    """The smallest of `values` that `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


if __name__ == "__main__":
    sys.exit(main())
