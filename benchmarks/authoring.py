"""How long an author waits, and for how much memory: the book built cold, built again with nothing
changed, and all the tests.

Usage: python benchmarks/authoring.py [--repeat 3] [--repeat-tests 1] [--only book|tests]

Prints a table and writes it to benchmarks/authoring.md, with every single run in authoring.json.
Memory is the peak, over samples a tenth of a second apart, of what the command and all processes
below it hold together, a shared page counted once (Linux's PSS).
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def held(process):
    """Bytes held by `process` and everything below it, now."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        except psutil.Error:                # it ended while we were looking
            pass
    return total


def run(command):
    """Run `command` in the project. Returns ({"seconds", "megabytes"}, what it printed); ends the
    program if the command fails."""
    with tempfile.TemporaryFile(mode="w+") as output:
        start = time.perf_counter()
        process = psutil.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        peak, ended = 0, threading.Event()

        def sample():
            nonlocal peak
            while not ended.wait(0.1):
                try:
                    peak = max(peak, held(process))
                except psutil.NoSuchProcess:
                    return

        sampler = threading.Thread(target=sample)
        sampler.start()
        code = process.wait()
        seconds = time.perf_counter() - start
        ended.set()
        sampler.join()
        output.seek(0)
        printed = output.read()
        if code:
            sys.exit(f"{' '.join(map(str, command))} ended with code {code}:\n{printed[-4000:]}")
    return {"seconds": seconds, "megabytes": peak / 2**20}, printed


def build_book(repeat):
    """The book into an empty folder, and into the same folder again: what `make book` runs once the
    environment is there."""
    cold, warm = [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, ROOT / "tools" / "book.py", "--to", folder]
            cold.append(run(command)[0])
            measured, printed = run(command)
            if "executed 0 pages" not in printed:
                sys.exit("The second build executed pages: the project was changed while it was measured.")
            warm.append(measured)
    return {"make book, cold": cold, "make book, nothing changed": warm}


def run_tests(repeat):
    return {"make test": [run(["make", "test"])[0] for _ in range(repeat)]}


def machine():
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "python": platform.python_version(),
        "date": date.today().isoformat(),
    }


def report(runs, where):
    lines = [
        "# Speed of authoring", "",
        "Written by `benchmarks/authoring.py`. Medians, the range of the runs in brackets; memory is the",
        "peak of the whole process tree, shared pages counted once.", "",
        f"{where['processor']}, {where['cores']} cores, {where['memory']}; {where['system']}, "
        f"Python {where['python']}; {where['date']}.", "",
        "| command | runs | seconds | peak memory (MiB) |",
        "|---|---:|---:|---:|",
    ]
    for name, measured in runs.items():
        cells = []
        for unit, digits in (("seconds", 1), ("megabytes", 0)):
            values = [one[unit] for one in measured]
            spread = f" ({min(values):.{digits}f}–{max(values):.{digits}f})" if len(values) > 1 else ""
            cells.append(f"{statistics.median(values):.{digits}f}{spread}")
        lines.append(f"| {name} | {len(measured)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="builds of each kind (default: 3)")
    parser.add_argument("--repeat-tests", type=int, default=1, help="runs of the tests (default: 1)")
    parser.add_argument("--only", choices=["book", "tests"], help="measure only this, and write no file")
    arguments = parser.parse_args()
    runs = {}
    if arguments.only != "tests":
        runs |= build_book(arguments.repeat)
    if arguments.only != "book":
        runs |= run_tests(arguments.repeat_tests)
    where = machine()
    text = report(runs, where)
    print(text)
    if not arguments.only:
        (HERE / "authoring.md").write_text(text, encoding="utf-8")
        (HERE / "authoring.json").write_text(json.dumps({"machine": where, "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
