"""How long an author waits, and for how much memory: the book built cold, built again with nothing
changed, and all the tests of a fresh clone.

Usage: python benchmarks/authoring.py [--repeat 3] [--repeat-tests 1] [--only book|tests]

Prints a table and writes it to benchmarks/authoring.md, with every single run in authoring.json.
Memory is the peak, over samples a tenth of a second apart (of the tests' many processes fifteen seconds:
to look slows them down), of what the command and all processes below it hold together, a shared page
counted once (Linux's PSS).
"""

import argparse
import json
import os
import sys
import tempfile

from measuring import HERE, ROOT, cell, described, machine, run

# this project's environment is not another clone's
AS_A_STRANGER = os.environ | {"PATH": os.pathsep.join(
    folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.startswith(str(ROOT)))}


def build_book(repeat):
    """The book into an empty folder, and into the same folder again: what `make book` runs once the
    environment is there."""
    cold, warm = [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, ROOT / "tools" / "book.py", "--to", folder]
            cold.append(run(command, cwd=ROOT)[0])
            measured, printed = run(command, cwd=ROOT)
            if "executed 0 pages" not in printed:
                sys.exit("The second build executed pages: the project was changed while it was measured.")
            warm.append(measured)
    return {"make book, cold": cold, "make book, nothing changed": warm}


def run_tests(repeat):
    """All tests of what is committed, in a fresh clone: its environment and the book are made on the way."""
    def clone_and_test():
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)  # some tests are an ordinary user's
            run(["git", "clone", "-q", ROOT, folder], cwd=ROOT)
            return run(["make", "test"], cwd=folder, env=AS_A_STRANGER, every=15)[0]

    return {"make test, from a fresh clone": [clone_and_test() for _ in range(repeat)]}


def report(runs, where):
    lines = [
        "# Speed of authoring", "",
        "Written by `benchmarks/authoring.py`. Medians, the range of the runs in brackets; memory is the",
        "peak of the whole process tree, shared pages counted once.", "",
        described(where), "",
        "| command | runs | seconds | peak memory (MiB) |",
        "|---|---:|---:|---:|",
    ]
    for name, measured in runs.items():
        cells = [cell(measured, unit, digits) for unit, digits in (("seconds", 1), ("megabytes", 0))]
        lines.append(f"| {name} | {len(measured)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="builds of each kind (default: 3)")
    parser.add_argument("--repeat-tests", type=int, default=1, help="runs of the tests (default: 1)")
    parser.add_argument("--only", choices=["book", "tests"], help="measure only this, keep the rest")
    arguments = parser.parse_args()
    stored = HERE / "authoring.json"
    runs = json.loads(stored.read_text())["runs"] if arguments.only and stored.exists() else {}
    if arguments.only != "tests":
        runs |= build_book(arguments.repeat)
    if arguments.only != "book":
        runs |= run_tests(arguments.repeat_tests)
    where = machine()
    text = report(runs, where)
    print(text)
    (HERE / "authoring.md").write_text(text, encoding="utf-8")
    stored.write_text(json.dumps({"machine": where, "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
