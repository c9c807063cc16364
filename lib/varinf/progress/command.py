"""The command line, and the table that it prints."""

import argparse
import sys
from pathlib import Path

from .cells import Trouble, notebooks
from .sheet import look_at


def table(sheet):
    """The lines of one assignment."""
    rows = [check for check in sheet.checks if check.kind != "hidden"]
    width = max([20, *(len(check.task) for check in rows)])
    yield f"  {'task':{width}}  {'visible check':13}  points"
    for check in rows:
        points = f"{check.got:g} / {check.points:g}"
        if check.kind == "written":
            points = f"{check.points:g}, marked by a person"
        yield f"  {check.task:{width}}  {check.status:13}  {points}"
        yield from (f"      {line}" for line in check.message.splitlines())
    yield from (f"  remark: {remark}" for remark in sheet.remarks)
    yield f"  visible checks: {sheet.got:g} of {sheet.points('visible'):g} points"
    yield f"  hidden checks: {sheet.points('hidden'):g} points, known after grading"


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="varinf-progress",
        description="Run the assignments' notebooks and print the points of their visible checks. The "
                    "notebooks stay as they are.",
        epilog="Exit status: 0 if every notebook could be run, 1 if one could not, 2 if there is none.")
    parser.add_argument("places", nargs="*", default=["."], metavar="NOTEBOOK-OR-FOLDER",
                        help="default: the notebooks in this folder, one folder down, and in exercises/")
    parser.add_argument("--time-limit", type=float, default=60, metavar="SECONDS",
                        help="for one cell (default: %(default)s)")
    options = parser.parse_args(argv)
    if not options.time_limit > 0:
        parser.error("--time-limit: expected a number of seconds above zero")
    return options


def main(argv=None):
    options = arguments(argv)
    try:
        import jupyter_client  # noqa: F401
        import nbformat  # noqa: F401
        import nbgrader.utils  # noqa: F401
    except ModuleNotFoundError as error:
        print(f"varinf-progress: {error.name} is missing; install the library with its extra `student`, as "
              "the page \"Practise\" shows", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(errors="replace")  # a console may not know a formula's letters
    shown = _bar if sys.stderr.isatty() else lambda text: None
    named = {Path(place) for place in options.places}
    sheets, troubled = [], 0
    for path in notebooks(options.places):
        try:
            sheet = look_at(path, options.time_limit, shown)
        except Trouble as trouble:
            shown("")
            print(f"{path}\n  {trouble}\n")
            troubled += 1
            continue
        shown("")
        if sheet.checks:
            print("\n".join([str(path), *table(sheet), ""]), flush=True)
            sheets.append(sheet)
        elif path in named:
            print(f"{path}\n  no checks in it\n")
    if not sheets and not troubled:
        places = ", ".join(map(str, options.places))
        print(f"varinf-progress: no notebook with checks in {places}", file=sys.stderr)
        return 2
    total = {kind: sum(sheet.points(kind) for sheet in sheets) for kind in ("visible", "hidden", "written")}
    print(f"total: {sum(sheet.got for sheet in sheets):g} of {total['visible']:g} points of visible checks; "
          f"hidden checks: {total['hidden']:g}, written answers: {total['written']:g}, known after grading")
    return 1 if troubled else 0


def _bar(text):
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
