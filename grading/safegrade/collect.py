"""safegrade collect ASSIGNMENT FOLDER-OR-ZIP: a download, put where nbgrader wants it.

Nothing is unpacked. Whose a notebook is stands in its path; which assignment's, in its stamp. The newest
attempt counts, and what it takes the place of is kept.
"""

import argparse
import csv
import hashlib
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.utils import parse_utc

from .download import Budget, Damaged, entries
from .folders import refuse_odd_name, timestamp
from .handed_in import Owner, Roster, assignment_of, is_notebook, made_id, owner_of, squeezed, wrapper
from .notebooks import Refused
from .report import harmless
from .settings import MB, SafeGrade

FOLDER = "collected"  # in the course directory
LONG_AGO = datetime(1980, 1, 1, tzinfo=timezone.utc)
COLUMNS = ["collected", "what", "student_id", "lms_name", "lms_id", "file", "handed_in", "remark"]


class Attempt(NamedTuple):
    """A notebook as it lay in the download."""

    path: str
    owner: Owner
    content: bytes
    time: datetime  # in UTC, None if unknown
    number: int  # of the copy, in its name
    remark: str

    @property
    def age(self):
        return self.owner.file_number, self.time or LONG_AGO, self.number, self.path

    @property
    def digest(self):
        return hashlib.sha256(self.content).hexdigest()[:12]


class Row(NamedTuple):
    """What became of one file."""

    what: str  # "taken", "replaced", "unchanged", "older" or "skipped"
    path: str
    remark: str = ""
    student: str = ""
    owner: Owner = Owner("")
    time: datetime = None
    matters: bool = True  # to a person: it may be somebody's work


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="safegrade collect",
        description="Sort what students handed in into submitted/STUDENT/ASSIGNMENT/. It takes Moodle's and "
                    "Canvas's downloads, and folders named after students, zipped or not, with names that "
                    "browsers have changed. The newest attempt counts; older ones are kept in "
                    "collected/ASSIGNMENT/older/. Who became which student is written into "
                    "collected/ASSIGNMENT/who.csv.",
        epilog="Exit status: 0, all notebooks were taken; 1, somebody has to look at one that was skipped; "
               "2, nothing was taken. An assignment named `collect` is graded by `safegrade -- collect`.")
    parser.add_argument("assignment")
    parser.add_argument("source", type=Path, metavar="FOLDER-OR-ZIP")
    parser.add_argument("--names", type=Path, metavar="CSV",
                        help="a table with the columns student_id and name, lms_id or both; who is not in it "
                             "is not taken")
    parser.add_argument("--timezone", metavar="ZONE",
                        help="of the times in a zip, such as Europe/Berlin (default: this machine's)")
    parser.add_argument("--no-times", action="store_true",
                        help="the files' times say nothing about when they were handed in: leave them out")
    parser.add_argument("--size-limit", type=int, default=1000, metavar="MB",
                        help="of all the files together, unpacked (default: %(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--course", default=".", metavar="FOLDER",
                        help="the course directory (default: here)")
    return parser.parse_args(argv)


def main(argv=None):
    from .cli import complain, configuration

    options = arguments(argv)
    try:
        zone = ZoneInfo(options.timezone) if options.timezone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return complain(f"--timezone: expected a name such as Europe/Berlin, got {options.timezone!r}")
    source, names = options.source.resolve(), options.names and options.names.resolve()
    if not source.exists():
        return complain(f"{options.source} is not there")
    app = configuration(options.course)
    sources = Path(app.coursedir.root, app.coursedir.source_directory)
    known = sorted(path.name for path in sources.glob("[!.]*") if path.is_dir())
    if options.assignment not in known:
        return complain(f"no assignment {options.assignment} in {app.coursedir.source_directory}/")
    try:
        roster = Roster.read(names) if names else None
        budget = Budget(options.size_limit * MB, SafeGrade(parent=app).max_submission * MB)
        attempts, rows = gather(source, options, known, budget, zone)
    except Refused as refused:
        return complain(f"{refused}; nothing was taken")
    chosen, unclear = by_student(attempts, roster)
    rows = sorted(rows + unclear, key=lambda row: row.path)
    course = Course(app.coursedir, options.assignment, options.dry_run)
    for student in sorted(chosen):
        rows += course.take(student, sorted(chosen[student], key=lambda attempt: attempt.age))
    course.write_down(rows)
    print(table(rows))
    return 1 if any(row.what == "skipped" and row.matters for row in rows) else 0


# ---------------------------------------------------------------------------------- what there is


def gather(source, options, known, budget, zone):
    """(attempts at the assignment, rows of everything else)."""
    found = entries(source, budget, zone)
    around = wrapper([entry.path for entry in found if is_notebook(entry.path)])
    times = {} if options.no_times else _written_times(found)
    attempts, rows = [], []
    for entry in found:
        name, folder = entry.path.split("/")[-1], entry.path.rpartition("/")[0]
        wanted = is_notebook(entry.path)
        if name == "timestamp.txt":
            continue
        if entry.why_not or not wanted:
            rows.append(Row("skipped", entry.path, entry.why_not or "not a notebook",
                            matters=wanted or bool(entry.why_not)))
            continue
        owner = owner_of(entry.path.removeprefix(around), options.assignment)
        if owner is None:
            rows.append(Row("skipped", entry.path, "its path does not say whose it is"))
            continue
        try:
            content = entry.read()
        except Damaged as error:
            rows.append(Row("skipped", entry.path, str(error), owner=owner))
            continue
        assignment, number, remark = assignment_of(entry.path, content, known)
        if assignment != options.assignment:
            why = "neither its stamp nor its name says which it is"
            if assignment:
                why = f"it belongs to {assignment}"
            rows.append(Row("skipped", entry.path, why, owner=owner, matters=assignment is None))
            continue
        remarks = [remark, "late, says the system" if owner.late else ""]
        time = None if options.no_times else times.get(folder, entry.time)
        attempts.append(Attempt(entry.path, owner, content, time, number, "; ".join(filter(None, remarks))))
    return attempts, rows


def _written_times(found):
    """{folder: the time in its timestamp.txt}; one that cannot be read is as good as none."""
    times = {}
    for entry in found:
        if entry.path.endswith("/timestamp.txt") and entry.read:
            try:
                text = entry.read()[:100].decode("utf-8-sig").strip()
                times[entry.path.rpartition("/")[0]] = parse_utc(text).replace(tzinfo=timezone.utc)
            except Exception:  # the parser raises many kinds
                continue
    return times


def by_student(attempts, roster):
    """({student id: attempts}, rows of those whose student is not clear)."""
    chosen, owners, rows = {}, {}, []
    for attempt in attempts:
        try:
            student = roster.find(attempt.owner) if roster else made_id(attempt.owner)
            if not student:
                raise Refused("no id can be made of the name; use --names")
            refuse_odd_name(student)
        except Refused as refused:
            rows.append(Row("skipped", attempt.path, str(refused), owner=attempt.owner))
            continue
        chosen.setdefault(student, []).append(attempt)
        # a number tells people of one name apart; folders on some systems do not tell Ann from ann
        owners.setdefault(squeezed(student), set()).add((student, attempt.owner.lms_id or attempt.owner.name))
    for student in list(chosen):
        if not roster and len(owners[squeezed(student)]) > 1:
            rows += [Row("skipped", attempt.path, f"more than one person would be {student}; use --names",
                         owner=attempt.owner) for attempt in chosen.pop(student)]
    return chosen, rows


# ---------------------------------------------------------------------------------- where it goes


class Course:
    """The course directory, which takes an assignment's attempts."""

    def __init__(self, coursedir, assignment, dry_run):
        self.coursedir, self.assignment, self.dry_run = coursedir, assignment, dry_run
        self.folder = Path(coursedir.root, FOLDER, assignment)

    def take(self, student, attempts):
        """Hand in the last of a student's attempts, which are in order. Returns a row for each."""
        seen, rows = set(), []
        for attempt in reversed(attempts):
            if attempt.digest in seen:
                what, remark = "older", "the same as a newer one"
            elif not seen:
                what, remark = self.hand_in(student, attempt)
            else:
                what, remark = "older", "a newer one counts"
                self.keep(student, attempt.content, attempt.time, attempt.digest)
            seen.add(attempt.digest)
            remark = "; ".join(filter(None, [remark, attempt.remark]))
            rows.append(Row(what, attempt.path, remark, student, attempt.owner, attempt.time))
        return rows[::-1]

    def hand_in(self, student, attempt):
        place = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, self.assignment))
        path = place / f"{self.assignment}.ipynb"
        what, remark = "taken", ""
        if path.exists():
            there, when = path.read_bytes(), _time_there(place)
            if there == attempt.content:
                return "unchanged", ""
            if list(self.older(student).glob(f"*-{attempt.digest}.ipynb")):
                return "older", "collected before; a newer one counts"
            if when and attempt.time and attempt.time < when:
                self.keep(student, attempt.content, attempt.time, attempt.digest)
                return "older", "a newer one counts"
            what = "replaced"
            if not (when and attempt.time and attempt.time > when):
                remark = f"the times do not tell that it is newer: grade with --force --student {student}"
            self.keep(student, there, when, hashlib.sha256(there).hexdigest()[:12])
        if not self.dry_run:
            place.mkdir(parents=True, exist_ok=True)
            if attempt.time:
                _write(place / "timestamp.txt", _as_text(attempt.time).encode())
            else:
                (place / "timestamp.txt").unlink(missing_ok=True)
            _write(path, attempt.content)
        return what, remark

    def older(self, student):
        return self.folder / "older" / student

    def keep(self, student, content, time, digest):
        name = f"{time:%Y-%m-%dT%H%M%SZ}" if time else "undated"
        if not self.dry_run:
            self.older(student).mkdir(parents=True, exist_ok=True)
            _write(self.older(student) / f"{name}-{digest}.ipynb", content)

    def write_down(self, rows):
        """Who became which student: a line for each file, added to those of earlier times."""
        if self.dry_run:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path, now = self.folder / "who.csv", _as_text(datetime.now(timezone.utc))
        new = not path.exists()
        with open(path, "a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([COLUMNS] if new else [])
            for row in rows:
                texts = [now, row.what, row.student, row.owner.name, row.owner.lms_id, row.path,
                         _as_text(row.time), row.remark]
                writer.writerow(map(harmless, texts))


def _time_there(place):
    try:
        found = timestamp(place)
    except (Refused, OSError):
        return None
    return found and found.replace(tzinfo=timezone.utc)


def _as_text(time):
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""


def _write(path, content):
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    os.replace(aside, path)


# ---------------------------------------------------------------------------------- what is said


def table(rows):
    counts = {what: sum(row.what == what for row in rows)
              for what in ("taken", "replaced", "unchanged", "older", "skipped")}
    cells = [["", "student", "file", "remark"]]
    cells += [[row.what, row.student or row.owner.name, row.path, row.remark] for row in rows]
    cells = [["".join(c if c.isprintable() else "?" for c in cell) for cell in line] for line in cells]
    widths = [min(60, max(len(line[i]) for line in cells)) for i in range(3)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(line, widths)), line[3]]).rstrip()
             for line in cells]
    total = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return "\n".join([*lines, total or "nothing"])
