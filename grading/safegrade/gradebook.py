"""The gradebook, opened once for a whole run, and what it knows of an assignment's cells."""

import contextlib
import functools
from typing import NamedTuple

from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.converters import autograde
from nbgrader.preprocessors import latesubmissions, overwritecells, overwritekernelspec, saveautogrades
from sqlalchemy.exc import SQLAlchemyError

GradebookErrors = (SQLAlchemyError, InvalidEntry)  # nbgrader wraps some of the first in the second


class SharedGradebook(Gradebook):
    """One connection for a whole run, for nbgrader's own classes too: each of them would open its own,
    compile every query anew and commit after every cell, which took four fifths of the time. Commits wait for
    the end of a transaction."""

    USERS = (autograde, latesubmissions, overwritecells, overwritekernelspec, saveautogrades)

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.commit, self.db.commit = self.db.commit, self.db.flush
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
