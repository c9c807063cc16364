"""Make up a class and what it hands in, as a learning-management system would deliver it.

    python tools/made_up_class.py evidence --to download.zip                    Moodle's names
    python tools/made_up_class.py evidence --to download.zip --shape folders    student-001/evidence.ipynb

Students are student-001, student-002 and so on. Their answers are drawn from tests/answers/: right ones,
wrong ones, and tasks left out. Some hand in late, some twice, some under a name that a browser has changed;
one file is half there, one is the exercise as it came, one has lost a check. The same seed makes the same
class. Beside the zip lies a table of names, for `safegrade collect --names`.
"""

import argparse
import csv
import io
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DUE = datetime(2026, 10, 1, 18, 0, tzinfo=timezone.utc)
WORDS = ("The logarithm of the evidence is the same number for every q.",
         "It is a constant, so it can be averaged.", "Because the samples say so.")
# students of whom something is to be said, by their numbers
LATE = {13: timedelta(hours=5), 19: timedelta(hours=30), 26: timedelta(days=3)}
FILE_NAMES = {15: "{} (1).ipynb", 16: "{}.IPYNB", 17: "{}.ipynb.txt", 18: "{}.ipynb.json",
              20: "{}-Copy1.ipynb"}
TWICE, HALF_A_FILE, UNTOUCHED, WITHOUT_A_CHECK, ZIPPED, COPY, COPIED = 7, 21, 22, 24, 27, 11, 4


class Submission(NamedTuple):
    """One file that somebody handed in."""

    number: int  # of the student
    name: str  # of the file
    content: bytes
    time: datetime

    @property
    def student(self):
        return f"student-{self.number:03}"


def role(cell):
    marks = cell.metadata.get("nbgrader", {})
    return "".join(name[0] for name in ("grade", "solution") if marks.get(name))  # "g", "s" or "gs"


def answers(assignment):
    """{function: ([right answers], [wrong ones])}, as texts."""
    found = {}
    for folder in sorted((ROOT / "tests" / "answers" / assignment).iterdir()):
        texts = [[path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"{kind}_*.py"))]
                 for kind in ("right", "wrong")]
        found[folder.name] = tuple(texts)
    return found


def filled(released, found, skill, rng):
    """The released notebook with one answer or none to each function: right with probability `skill`."""
    notebook = nbformat.from_dict(released)  # a copy
    for cell in notebook.cells:
        if role(cell) == "s":
            right, wrong = found[cell.metadata.nbgrader.grade_id]
            luck = rng.random()
            # everything is drawn whether it is used or not: one answer more in a folder changes few others
            one, other = right[rng.integers(len(right))], wrong[rng.integers(len(wrong))]
            if luck < skill:
                cell.source = one
            elif luck < skill + 0.8 * (1 - skill):
                cell.source = other
        elif role(cell) == "gs" and rng.random() < 0.8:
            cell.source = str(rng.choice(WORDS))
    return notebook


def made_up_class(released, assignment, students=30, seed=0):
    """What `students` people hand in for `assignment`, as a list of Submission in the order of time."""
    found, notebooks, handed_in = answers(assignment), {}, []
    for number in range(1, students + 1):
        rng = np.random.default_rng([seed, number])
        early = DUE - timedelta(minutes=int(rng.integers(5, 3000)))
        notebook = filled(released, found, 0.95 if number == 1 else rng.beta(4, 1.5), rng)
        if number == COPY and COPIED in notebooks:
            notebook = notebooks[COPIED]
        elif number == UNTOUCHED:
            notebook = released
        elif number == WITHOUT_A_CHECK:
            first = next(cell for cell in notebook.cells if role(cell) == "g")
            notebook.cells.remove(first)
        notebooks[number] = notebook
        content = nbformat.writes(notebook).encode()
        name = FILE_NAMES.get(number, "{}.ipynb").format(assignment)
        if number == TWICE:
            first = nbformat.writes(released).encode()
            handed_in.append(Submission(number, name, first, early - timedelta(days=1)))
            name = f"{assignment} (1).ipynb"
        elif number == HALF_A_FILE:
            content = content[: len(content) // 2]
        elif number == ZIPPED:
            name, content = f"{assignment}.zip", zipped([(name, content, early)])
        handed_in.append(Submission(number, name, content, DUE + LATE[number] if number in LATE else early))
    return sorted(handed_in, key=lambda submission: (submission.time, submission.number))


def zipped(files):
    """The bytes of a zip of (path, content, time)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content, time in files:
            archive.writestr(zipfile.ZipInfo(path, time.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def path_of(submission, shape, place):
    """Where a system puts a file. `place` numbers the files, as Canvas does."""
    number, lms_id = f"{submission.number:03}", 7000 + submission.number
    if shape == "moodle":
        return f"Student {number}_{lms_id}_assignsubmission_file_/{submission.name}"
    if shape == "canvas":
        late = "LATE_" if submission.time > DUE else ""
        return f"student{number}_{late}{lms_id}_{9000 + place}_{submission.name}"
    return f"{submission.student}/{submission.name}"


def main():
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("assignment")
    parser.add_argument("--to", type=Path, required=True, metavar="ZIP")
    parser.add_argument("--exercises", type=Path, default=ROOT / "exercises",
                        help="the release they start from")
    parser.add_argument("--shape", choices=["moodle", "canvas", "folders"], default="moodle")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-graded", action="store_true",
                        help="leave out the cells that carry no points: plots are most of the work")
    options = parser.parse_args()
    path = options.exercises / options.assignment / f"{options.assignment}.ipynb"
    released = nbformat.read(path, as_version=4)
    if options.only_graded:
        released.cells = [cell for cell in released.cells if "nbgrader" in cell.metadata]
    handed_in = made_up_class(released, options.assignment, options.students, options.seed)
    files = [(path_of(submission, options.shape, place), submission.content, submission.time)
             for place, submission in enumerate(handed_in)]
    options.to.write_bytes(zipped(files))
    with open(options.to.with_suffix(".csv"), "w", encoding="utf-8", newline="") as file:
        rows = [(f"student-{n:03}", f"Student {n:03}", 7000 + n) for n in range(1, options.students + 1)]
        csv.writer(file).writerows([("student_id", "name", "lms_id"), *rows])
    print(f"{len(files)} files of {options.students} students in {options.to}")


if __name__ == "__main__":
    main()
