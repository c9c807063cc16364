"""The gradebook, opened once for a whole run, and what it knows of an assignment's cells."""

import contextlib
import functools
from typing import NamedTuple

from nbgrader.api import (
    Assignment, BaseCell, Comment, Grade, GradeCell, Gradebook, InvalidEntry, Notebook, SourceCell,
    SubmittedAssignment, SubmittedNotebook, TaskCell,
)
from nbgrader.converters import autograde
from nbgrader.preprocessors import latesubmissions, overwritecells, overwritekernelspec, saveautogrades
from sqlalchemy.exc import SQLAlchemyError

GradebookErrors = (SQLAlchemyError, InvalidEntry)  # nbgrader wraps some of the first in the second


class SharedGradebook(Gradebook):
    """One connection for a whole run, for nbgrader's own classes too: each of them would open its own,
    compile every query anew and commit after every cell, which took four fifths of the time. Commits wait for
    the end of a transaction, and what nbgrader looks up cell by cell is looked up once a notebook."""

    USERS = (autograde, latesubmissions, overwritecells, overwritekernelspec, saveautogrades)

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.rows = {}  # of this transaction, by what was asked: {name of a cell: its row}
        self.commit, self.db.commit = self.db.commit, lambda: None  # a query writes what is to be written
        for module in self.USERS:
            module.Gradebook = lambda *ignored, **named: self

    def __exit__(self, *error):
        pass  # opened and closed by nbgrader's classes as if it were theirs

    @contextlib.contextmanager
    def transaction(self):
        try:
            yield self
            self.commit()
        except BaseException:
            self.db.rollback()
            raise
        finally:
            self.db.expunge_all()
            self.rows.clear()

    def write(self):
        """Let what follows see the marks so far, in sums too; to be committed at the end all the same."""
        self.db.flush()
        self.db.expire_all()

    def find_source_cell(self, name, *notebook):
        return self._find(super().find_source_cell, name, *notebook, of=lambda: self._cells(SourceCell, *notebook))

    def find_graded_cell(self, name, *notebook):
        return self._find(super().find_graded_cell, name, *notebook,
                          of=lambda: self._cells(TaskCell, *notebook) | self._cells(GradeCell, *notebook))

    def find_grade(self, name, *submitted):
        return self._find(super().find_grade, name, *submitted, of=lambda: self._marks(Grade, *submitted))

    def find_comment(self, name, *submitted):
        return self._find(super().find_comment, name, *submitted, of=lambda: self._marks(Comment, *submitted))

    def _find(self, find, name, *where, of):
        """What nbgrader would find, from all rows of the notebook, which are read at the first question."""
        if (find.__name__, *where) not in self.rows:
            self.rows[find.__name__, *where] = of()
        rows = self.rows[find.__name__, *where]
        return rows[name] if name in rows else find(name, *where)

    def _cells(self, kind, notebook, assignment):
        rows = self.db.query(kind).join(Notebook, Notebook.id == kind.notebook_id).join(Assignment)
        return {cell.name: cell for cell in rows.filter(
            Notebook.name == notebook, Assignment.name == assignment)}

    def _marks(self, kind, notebook, assignment, student):
        rows = (self.db.query(BaseCell.name, kind).join(kind, BaseCell.id == kind.cell_id)
                .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
                .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
                .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
                .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id))
        return dict(rows.filter(
            Notebook.name == notebook, Assignment.name == assignment, SubmittedAssignment.student_id == student))

    def close(self):
        for module in self.USERS:
            module.Gradebook = Gradebook
        super().close()


def in_a_transaction(method):
    """A method of an object with a `gradebook`: all it writes is written, or nothing."""

    @functools.wraps(method)
    def wrapped(self, *arguments):
        with self.gradebook.transaction():
            return method(self, *arguments)

    return wrapped


class Known(NamedTuple):
    """A cell of the released notebook, as the gradebook knows it."""

    kind: str  # "test", "locked" or "student"
    cell_type: str
    source: str
    locked: bool
    marks: dict  # nbgrader's metadata

    @property
    def restored(self):
        """Whether it is put back where a student has deleted it: tests, and answers marked by hand."""
        return self.marks["grade"] or self.marks["task"]


def known_cells(notebook):
    """{grade_id: Known} of one notebook in the gradebook, in the order of the cells."""
    graded = {cell.name: cell for cell in notebook.grade_cells}
    tasks = {cell.name: cell for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    found = {}
    for cell in notebook.source_cells:
        worth = graded.get(cell.name) or tasks.get(cell.name)
        grade, solution, task = cell.name in graded, cell.name in solutions, cell.name in tasks
        marks = {"grade_id": cell.name, "schema_version": 3, "cell_type": cell.cell_type,
                 "checksum": cell.checksum, "grade": grade, "solution": solution, "task": task,
                 "locked": bool(cell.locked)}
        if worth:
            marks["points"] = float(worth.max_score)
        trusted = cell.locked and cell.cell_type == "code" and not solution
        kind = "student" if not trusted else "test" if grade else "locked"
        found[cell.name] = Known(kind, cell.cell_type, cell.source, bool(cell.locked), marks)
    return found
