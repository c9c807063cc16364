"""What grading has left behind, gathered for the report: gradebook, graded notebooks, journal. Read only."""

import json
from pathlib import Path
from typing import NamedTuple

from nbgrader.api import (
    Assignment, BaseCell, Grade, Gradebook, MissingEntry, Notebook, Student, SubmittedAssignment,
    SubmittedNotebook,
)

from . import journal
from .rules import BEGIN_HIDDEN


class Check(NamedTuple):
    """A cell that is worth points."""

    notebook: str
    name: str
    max_score: float
    kind: str  # "visible", "hidden" or "manual"


class Mark(NamedTuple):
    """What a submission got for one check."""

    auto: float  # None where only a person marks
    score: float
    waiting: bool  # for a person


class Entry:
    """One student of the course, and what became of the submission, if there is one."""

    def __init__(self, student, first_name=None, last_name=None, email=None):
        self.student, self.first_name, self.last_name, self.email = student, first_name, last_name, email
        self.marks = {}  # {(notebook, name): Mark}
        self.messages = {}  # {(notebook, name): what a failed check said}
        self.penalty = 0.0
        self.handed_in = self.graded = self.newer = False
        self.outcome = {}  # of the journal

    @property
    def name(self):
        full = " ".join(filter(None, [self.first_name, self.last_name]))
        return f"{full} ({self.student})" if full else self.student

    @property
    def score(self):
        """As in nbgrader's export: never below zero."""
        return max(0.0, sum(mark.score for mark in self.marks.values()) - self.penalty)

    @property
    def waiting(self):
        return [name for (_, name), mark in self.marks.items() if mark.waiting]

    @property
    def remarks(self):
        """The grader's remarks, each a text."""
        found = self.outcome.get("remarks")
        return [str(remark) for remark in found] if isinstance(found, list) else []

    def seconds(self, kind="seconds"):
        found = self.outcome.get(kind)
        return float(found) if isinstance(found, (int, float)) else 0.0


class Results:
    """One assignment: its checks in order, its entries by student, and the answers to every solution cell."""

    def __init__(self, coursedir, assignment):
        self.coursedir, self.assignment = coursedir, assignment
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            known = gradebook.find_assignment(assignment)  # or MissingEntry
            self.checks = [check for notebook in known.notebooks for check in _checks(notebook)]
            self.released = {}  # {(notebook, name): (source, whether it is text)}
            for notebook in known.notebooks:
                solutions = {cell.name for cell in notebook.solution_cells}
                self.released.update({(notebook.name, cell.name): (cell.source, cell.cell_type != "code")
                                      for cell in notebook.source_cells if cell.name in solutions})
            self.entries = {row[0]: Entry(*row) for row in gradebook.db.query(
                Student.id, Student.first_name, Student.last_name, Student.email).order_by(Student.id)}
            self.read_marks(gradebook.db)
        self.answers = {cell: {} for cell in self.released}  # {(notebook, name): {student: source}}
        self.read_folders()
        for student, outcome in journal.read(coursedir.root, assignment).items():
            if student in self.entries:
                self.entries[student].outcome = outcome

    @property
    def max_score(self):
        return sum(check.max_score for check in self.checks)

    def read_marks(self, db):
        rows = db.query(
            SubmittedAssignment.student_id, Notebook.name, BaseCell.name,
            Grade.auto_score, Grade.score, Grade.needs_manual_grade,
        ).select_from(Grade).join(
            SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id).join(
            SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id).join(
            Assignment, SubmittedAssignment.assignment_id == Assignment.id).join(
            Notebook, SubmittedNotebook.notebook_id == Notebook.id).join(
            BaseCell, Grade.cell_id == BaseCell.id).filter(Assignment.name == self.assignment)
        for student, notebook, name, auto, score, waiting in rows:
            self.entries[student].marks[notebook, name] = Mark(auto, score, bool(waiting))
        rows = db.query(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty).join(
            SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id).join(
            Assignment, SubmittedAssignment.assignment_id == Assignment.id).filter(
            Assignment.name == self.assignment)
        for student, penalty in rows:
            self.entries[student].penalty += penalty or 0.0

    def folder(self, step, student):
        directory = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(directory, student, self.assignment))

    def read_folders(self):
        submitted = Path(self.coursedir.format_path(self.coursedir.submitted_directory, ".", ".")).resolve()
        for folder in sorted(submitted.iterdir()) if submitted.is_dir() else ():
            place = self.folder("submitted", folder.name)
            if place.is_dir() or place.is_symlink():
                entry = self.entries.setdefault(folder.name, Entry(folder.name))
                entry.handed_in = True
        for student, entry in self.entries.items():
            graded = self.folder("autograded", student)
            entry.graded = graded.is_dir()
            entry.newer = entry.graded and self.is_newer(self.folder("submitted", student), graded)
            for notebook in {notebook for notebook, _ in self.released} if entry.graded else ():
                self.read_notebook(entry, notebook, graded / f"{notebook}.ipynb")

    def is_newer(self, submitted, graded):
        try:
            times = [self.coursedir.get_existing_timestamp(str(folder)) for folder in (submitted, graded)]
        except ValueError:  # not a time; the grader says so
            return False
        return None not in times and times[0] > times[1]

    def read_notebook(self, entry, notebook, path):
        """The answers, and what the failed checks said. Without nbformat, which takes longer to check a
        notebook than this to read it."""
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        except (OSError, ValueError, KeyError):
            return
        for cell in cells:
            place = notebook, cell["metadata"].get("nbgrader", {}).get("grade_id")
            if place in self.answers:
                self.answers[place][entry.student] = "".join(cell["source"])
            said = [_said(output) for output in cell.get("outputs", ()) if output["output_type"] == "error"]
            if place in entry.marks and said:
                entry.messages[place] = said[-1]


def _checks(notebook):
    worth = {cell.name: cell for cell in [*notebook.grade_cells, *notebook.task_cells]}
    solutions = {cell.name for cell in notebook.solution_cells}
    for cell in notebook.source_cells:
        if cell.name in worth:
            by_hand = cell.cell_type != "code" or cell.name in solutions
            kind = "manual" if by_hand else "hidden" if BEGIN_HIDDEN in cell.source else "visible"
            yield Check(notebook.name, cell.name, float(worth[cell.name].max_score), kind)


def _said(output):
    text = "".join(output.get("evalue", ""))
    return text if output.get("ename") == "AssertionError" else f"{output.get('ename', '')}: {text}"


__all__ = ["Check", "Entry", "Mark", "MissingEntry", "Results"]
