"""The command line: safegrade ASSIGNMENT."""

import argparse
import contextlib
import json
import logging
import os
import sys
import time
import warnings

from . import sandbox
from .sandbox import SandboxError

WORKERS = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)

UNSAFE = ("safegrade: --unsafe: students' code runs with your rights. It can read the solutions, change the gradebook, "
          "use the network, and leave processes behind.")


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="safegrade",
        description="Grade an assignment as `nbgrader autograde` does, with the students' code and the tests in "
                    "separate processes, the students' in a sandbox. Run it in the course directory.",
        epilog="Exit status: 0, all graded; 1, somebody has to look at a submission (see the remarks); 2, nothing "
               "was graded. Settings: c.SafeGrade in nbgrader_config.py.")
    parser.add_argument("assignment")
    parser.add_argument("--student", nargs="+", metavar="ID", help="only these students")
    parser.add_argument("--force", action="store_true", help="grade again what has been graded")
    parser.add_argument("--workers", type=int, default=WORKERS, metavar="N",
                        help="submissions at a time (default: %(default)s)")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="for one cell")
    parser.add_argument("--memory-limit", type=int, metavar="MB", help="for one process of a student's")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument("--check", action="store_true", help="list the cells that break the rules for cells, and stop")
    parser.add_argument("--unsafe", action="store_true",
                        help="run without the sandbox: the tests stay out of reach of the students' code, but it can "
                             "read and write what you can, and use the network")
    parser.add_argument("--course", default=".", metavar="FOLDER", help="the course directory (default: here)")
    return parser.parse_args(argv)


def main(argv=None):
    options = arguments(argv)
    # nbgrader looks for alembic on PATH when it makes a gradebook
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH") or os.defpath])
    # jsonschema loads it if it can: a grammar of addresses that takes two seconds to build and no notebook needs
    sys.modules.setdefault("rfc3987_syntax", None)
    from sqlalchemy.exc import OperationalError

    try:
        return check(options) if options.check else grade(options)
    except SandboxError as error:
        return complain(f"no sandbox, nothing was graded: {error}")
    except OperationalError as error:
        return complain(f"the gradebook cannot be used, nothing more was graded: {error.orig}")
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
    names = sorted(name for name in os.listdir(folder) if name.endswith(".ipynb")) if os.path.isdir(folder) else []
    if not names:
        return complain(f"no notebook in {folder}")
    notebooks = [nbformat.read(os.path.join(folder, name), 4) for name in names]
    broken = [violation for notebook in notebooks for violation in broken_rules(notebook)]
    for violation in broken:
        print(violation)
    return 1 if broken else 0


def grade(options):
    reason = sandbox.why_not()
    if options.unsafe:
        print(UNSAFE, file=sys.stderr)
    elif reason:
        raise SandboxError(f"{reason}; see --unsafe")
    from .course import Course, Refused, SafeGrade

    app = configuration(options.course)
    warnings.filterwarnings("ignore", module="nbgrader.api")  # SQLAlchemy's remarks about nbgrader's own code
    logging.getLogger("traitlets").setLevel(logging.ERROR)  # what concerns a submission goes into the remarks
    app.log.setLevel(logging.ERROR)
    settings = SafeGrade(config=app.config)
    if options.time_limit:
        settings.time_limit = options.time_limit
    if options.memory_limit:
        settings.memory_limit = options.memory_limit
    try:
        course = Course(app.coursedir, app.config, options.assignment, settings)
    except Refused as error:
        return complain(str(error))
    with contextlib.closing(course.gradebook):
        return grade_students(options, course)


def grade_students(options, course):
    from .course import Outcome
    from .pool import Pool

    students = course.students()
    unknown = sorted(set(options.student or []) - set(students))
    if unknown:
        return complain(f"no submission by {', '.join(unknown)}")
    outcomes = {student: Outcome(student) for student in options.student or students}
    todo = [student for student in outcomes if options.force or not course.is_graded(student)]
    for student in outcomes:
        outcomes[student].skipped = student not in todo
    if todo:
        workers = max(1, min(options.workers, len(todo)))
        progress = Progress(len(todo))
        with Pool(workers, course.worker_settings(options.unsafe), course.patience) as pool, contextlib.closing(progress):
            run(course, pool, todo, outcomes, progress)
        course.tidy()
    course.read_marks(outcomes.values())
    print(as_json(options.assignment, outcomes) if options.json else table(outcomes.values()))
    return 1 if any(outcome.needs_human for outcome in outcomes.values()) else 0


def run(course, pool, todo, outcomes, progress):
    """Prepare, run and score: the parent prepares the next submission while the workers run."""
    from .course import Refused

    waiting = {}  # student: (notebooks, {name: result})

    def jobs():
        for student in todo:
            try:
                notebooks = course.prepare(student, outcomes[student])
            except (Refused, OSError, ValueError) as reason:
                course.refuse(student, reason, outcomes[student])
                notebooks = []
            if not notebooks:
                course.discard(student)
                progress.step()
                continue
            waiting[student] = (notebooks, {})
            for notebook in notebooks:
                yield (student, notebook.name), notebook.job

    for (student, name), result in pool.run(jobs()):
        notebooks, results = waiting[student]
        results[name] = result
        if len(results) == len(notebooks):
            course.finish(student, [(notebook, results[notebook.name]) for notebook in notebooks], outcomes[student])
            if outcomes[student].needs_human:
                course.discard(student)
            del waiting[student]
            progress.step()


class Progress:
    """A bar on stderr, where that is a terminal: counts and the time left."""

    def __init__(self, total):
        self.total, self.done, self.started, self.shown = total, 0, time.monotonic(), sys.stderr.isatty()
        self.draw()

    def step(self):
        self.done += 1
        self.draw()

    def draw(self):
        if not self.shown:
            return
        passed = time.monotonic() - self.started
        left = f"{passed / self.done * (self.total - self.done):.0f} s left" if self.done else "starting"
        full = 30 * self.done // self.total
        bar = "#" * full + "." * (30 - full)
        print(f"\r{bar} {self.done}/{self.total}  {left:<16}", end="", file=sys.stderr, flush=True)

    def close(self):
        if self.shown:
            print(file=sys.stderr)


def table(outcomes):
    rows = [("student", "score", "time", "remarks")]
    for outcome in outcomes:
        score = "-" if outcome.score is None else f"{outcome.score:g}/{outcome.max_score:g}" + " +" * outcome.manual
        seconds = "graded before" if outcome.skipped else f"{outcome.seconds:.1f} s"
        rows.append((outcome.student, score, seconds, "; ".join(outcome.remarks)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[3]]).rstrip() for row in rows]
    if any(outcome.manual for outcome in outcomes):
        lines.append("+ has answers that wait for marking by hand")
    return "\n".join(lines)


def as_json(assignment, outcomes):
    return json.dumps({"assignment": assignment, "submissions": [o.as_dict() for o in outcomes.values()]}, indent=1)


if __name__ == "__main__":
    sys.exit(main())
