"""The command line: safegrade ASSIGNMENT, safegrade collect ASSIGNMENT, safegrade report ASSIGNMENT."""

import argparse
import logging
import os
import re
import sys
import warnings

from . import sandbox
from .sandbox import SandboxError

WORKERS = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)

UNSAFE = ("safegrade: --unsafe: students' code runs with your rights. It can read the solutions, change the "
          "gradebook, use the network, and leave processes behind.")


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="safegrade",
        description="Grade an assignment as `nbgrader autograde` does, with the students' code and the tests "
                    "in separate processes, the students' in a sandbox. Run it in the course directory.",
        epilog="`safegrade collect ASSIGNMENT FOLDER-OR-ZIP` sorts a download into submitted/, and `safegrade "
               "report ASSIGNMENT` writes a page about the graded assignment; see their --help. (An assignment of "
               "such a name is graded by `safegrade -- report`.) Exit status: 0, "
               "all graded; 1, somebody has to look at a submission (see the remarks); 2, nothing more was "
               "graded, and nothing is lost: the same command goes on. Settings: c.SafeGrade in "
               "nbgrader_config.py.")
    parser.add_argument("assignment")
    parser.add_argument("--student", nargs="+", metavar="ID", help="only these students")
    parser.add_argument("--force", action="store_true", help="grade again what has been graded")
    parser.add_argument("--workers", type=int, default=WORKERS, metavar="N",
                        help="submissions at a time on this machine (default: %(default)s)")
    parser.add_argument("--scheduler", metavar="ADDRESS",
                        help="grade on the workers of this Dask scheduler, tcp://host:port or "
                             "tls://host:port; `local` starts one for this run, on 127.0.0.1")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="for one cell")
    parser.add_argument("--memory-limit", type=int, metavar="MB", help="for one process of a student's")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument("--check", action="store_true",
                        help="list the cells that break the rules for cells, and stop")
    parser.add_argument("--unsafe", action="store_true",
                        help="run without the sandbox: the tests stay out of reach of the students' code, "
                             "but it can read and write what you can, and use the network")
    parser.add_argument("--course", default=".", metavar="FOLDER",
                        help="the course directory (default: here)")
    return parser.parse_args(argv)


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    # nbgrader looks for alembic on PATH when it makes a gradebook
    folders = os.environ.get("PATH") or os.defpath
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), folders])
    # jsonschema loads it if it can: a grammar of addresses that takes two seconds and no notebook needs
    sys.modules.setdefault("rfc3987_syntax", None)
    if argv[:1] == ["report"]:
        from . import report

        return report.main(argv[1:])
    if argv[:1] == ["collect"]:
        from . import collect

        return collect.main(argv[1:])
    options = arguments(argv)
    from .gradebook import GradebookErrors
    from .lock import Busy
    from .notebooks import Refused

    try:
        return check(options) if options.check else grade(options)
    except (Refused, Busy) as error:
        return complain(error)
    except SandboxError as error:
        return complain(f"{error}; nothing more was graded, nothing is lost")
    except GradebookErrors as error:
        said = re.sub(r"^\(\S+\) ", "", str(getattr(error, "orig", error)).splitlines()[0])
        return complain(f"the gradebook cannot be used: {said}; run the same command again to go on")
    except OSError as error:
        return complain(f"{error}; run the same command again to go on")
    except KeyboardInterrupt:
        return complain("stopped; run the same command again to go on")


def complain(text):
    print(f"safegrade: {text}", file=sys.stderr)
    return 2


def configuration(folder):
    """nbgrader's application object, for its configuration and its idea of the course directory."""
    from nbgrader.apps.baseapp import NbGrader

    os.chdir(folder)
    app = NbGrader()
    app.initialize([], root=os.getcwd())
    return app


def check(options):
    import nbformat

    from .rules import broken_rules

    app = configuration(options.course)
    folder = app.coursedir.format_path(app.coursedir.source_directory, ".", options.assignment)
    inside = os.listdir(folder) if os.path.isdir(folder) else []
    names = sorted(name for name in inside if name.endswith(".ipynb"))
    if not names:
        return complain(f"no notebook in {folder}")
    notebooks = [nbformat.read(os.path.join(folder, name), 4) for name in names]
    broken = [violation for notebook in notebooks for violation in broken_rules(notebook)]
    for violation in broken:
        print(violation)
    return 1 if broken else 0


def grade(options):
    if options.unsafe:
        print(UNSAFE, file=sys.stderr)
    elif not options.scheduler and sandbox.why_not():
        raise SandboxError(f"no sandbox: {sandbox.why_not()}; see --unsafe")
    from . import run, show

    app = configuration(options.course)
    warnings.filterwarnings("ignore", module="nbgrader.api")  # SQLAlchemy's remarks about nbgrader's own code
    # what concerns a submission goes into the remarks, and a broken gradebook into one line
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    app.log.setLevel(logging.ERROR)
    outcomes, defences = run.grade(app, options)
    print(show.as_json(options.assignment, outcomes, defences) if options.json else show.table(outcomes))
    return 1 if any(outcome.needs_human for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
