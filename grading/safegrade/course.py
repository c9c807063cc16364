"""nbgrader's side: what is handed in becomes jobs, and results become marks, notebooks and remarks.

Only this process touches the course directory and the gradebook. It never runs a cell. What a cell is, what
it is worth and, where it is locked, what it says, comes from the gradebook, never from the submission.

Nothing is lost when it is killed. A submission is worked on in a staging folder; its marks are committed in
one transaction, and only then is the folder moved to autograded/, which marks it as done. A run that finds
a staging folder has found a submission that was interrupted, and grades it again.
"""

import os
import re
import uuid
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import CheckCellMetadata, Execute, SaveAutoGrades
from nbgrader.utils import find_all_files, rmtree

from . import journal
from .folders import refuse_odd_files, refuse_odd_name, timestamp
from .gradebook import GradebookErrors, SharedGradebook, in_a_transaction, known_cells
from .notebooks import Refused, code_cells, fill, imported_modules, read, restore, set_roles
from .release import stale
from .settings import MB, SafeGrade
from .wire import WireError, encode

# Below autograded/; a leading dot keeps them out of nbgrader's globs.
STAGING, OLDER = ".grading", ".older"


class Notebook(NamedTuple):
    """A notebook ready to run: its sanitised form, and the places of its code cells in it."""

    name: str
    node: NotebookNode
    places: list
    job: bytes


class Outcome:
    """What became of one student's submission."""

    def __init__(self, student):
        self.student, self.score, self.max_score, self.manual = student, None, None, False
        self.seconds, self.student_seconds, self.remarks = 0.0, 0.0, []
        self.needs_human, self.skipped = False, False

    def remark(self, text, needs_human=False):
        text = "".join(c if c.isprintable() else "?" for c in text)[:300]  # names in it may be the student's
        if text and text not in self.remarks:
            self.remarks.append(text)
        self.needs_human |= needs_human

    def as_dict(self):
        return {**vars(self), "seconds": round(self.seconds, 3),
                "student_seconds": round(self.student_seconds, 3)}


class CourseAutograde(Autograde):
    """nbgrader's autograder without its kernel, writing to a staging folder, one submission at a time."""

    staging = ""

    @property
    def _input_directory(self):
        return self.coursedir.submitted_directory

    @property
    def _output_directory(self):
        return os.path.join(self.coursedir.autograded_directory, self.staging)


class Course:
    def __init__(self, coursedir, config, assignment, settings=None):
        self.coursedir, self.config, self.assignment = coursedir, config, assignment
        self.settings = settings or SafeGrade(config=config)
        config = config.copy()
        config.OverwriteCells.add_missing_cells = True
        self.converter = CourseAutograde(coursedir=coursedir, config=config)
        self.converter.staging = f"{STAGING}-{assignment}"
        self.time_limit = self.settings.time_limit or float(Execute(config=self.config).timeout or 300)
        self.total_limit = self.settings.total_limit or 3 * self.time_limit
        self.patience = self.total_limit + 3 * self.time_limit + 120
        self.gradebook = SharedGradebook(coursedir.db_url, coursedir.course_id)
        try:
            self.notebooks = self.read_gradebook()
            self.trusted_files = self.instructor_files()
        except BaseException:
            self.close()
            raise

    def close(self):
        self.gradebook.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    # ------------------------------------------------------------------ what the course knows

    def read_gradebook(self):
        """{notebook: {grade_id: Known}}, in the order of the cells."""
        with self.gradebook.transaction() as gradebook:
            try:
                assignment = gradebook.find_assignment(self.assignment)
            except MissingEntry:
                raise Refused(f"the gradebook knows no assignment {self.assignment}: "
                              f"run `nbgrader generate_assignment {self.assignment}` first") from None
            return {notebook.name: known_cells(notebook) for notebook in assignment.notebooks}

    def instructor_files(self):
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", self.assignment)
        excluded = set(self.converter.exclude_overwriting.get(self.assignment, []))
        return {path: content for path, content in self.files_below(folder).items() if path not in excluded}

    def files_below(self, folder):
        """{path: bytes} of what lies beside the notebooks."""
        ignored = [*self.coursedir.ignore, "*.ipynb", "timestamp.txt"]
        return {os.path.relpath(name, folder): Path(name).read_bytes()
                for name in find_all_files(str(folder), ignored)}

    def worker_settings(self, unsafe=False):
        """What the workers of this assignment need to know (see slot.py)."""
        known = [cell for cells in self.notebooks.values() for cell in cells.values()]
        sources = [cell.source for cell in known if cell.kind == "locked"] + self.released_cells()
        hidden = self.settings.hidden(self.assignment)
        covered = [self.coursedir.root, "/usr/local/share/nbgrader", "/usr/share/nbgrader", "/usr/src"]
        return {
            "unsafe": unsafe,
            "preload": sorted(set().union(*map(imported_modules, sources)) - set(hidden)),
            "hidden": hidden,
            "covered": [str(Path(folder).resolve()) for folder in covered],
            "limits": {"memory": self.settings.memory_limit * MB, "cpu_seconds": int(self.total_limit) + 60,
                       "tmp_bytes": self.settings.scratch_limit * MB},
        }

    def released_cells(self):
        """Sources of what the students were given: most of them import what it imports."""
        found = []
        for name in self.notebooks:
            try:
                found += [cell.source for cell in read(self.released(name))[0].cells if cell.cell_type == "code"]
            except (Refused, OSError):  # not released from here
                pass
        return found

    def students(self):
        """Everyone with a folder for the assignment in submitted/, by name."""
        pattern = self.coursedir.format_path(
            self.coursedir.submitted_directory, "(?P<student>[^/]+)", self.assignment, escape=True)
        root = self.root("submitted")
        if not root.is_dir():
            return []
        found = []
        for folder in root.iterdir():
            place = self.folder("submitted", folder.name)
            if place.is_symlink() or place.is_dir():
                if re.fullmatch(pattern, str(place)):
                    found.append(folder.name)
        return sorted(found)

    def released(self, name):
        folder = self.coursedir.format_path(self.coursedir.release_directory, ".", self.assignment)
        return Path(folder, f"{name}.ipynb")

    def root(self, step):
        """The folder of a step, in which every student has one."""
        directory = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(directory, ".", ".")).resolve()

    def folder(self, step, student):
        directory = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(directory, student, self.assignment))

    def is_graded(self, student):
        """Whether the newest submission has been graded: as in nbgrader, by the time stamps."""
        graded = self.folder("autograded", student)
        if not graded.exists() or self.staged(student).exists():
            return False
        try:
            new = timestamp(self.folder("submitted", student))
        except (Refused, OSError):  # preparing it will say so
            return False
        old = timestamp(graded)
        return not (new is not None and old is not None and new > old)

    # ------------------------------------------------------------------ before the run

    @in_a_transaction
    def prepare(self, student, outcome):
        """Register the submission, stage its files, and return its notebooks ready to run; or Refused."""
        folder = self.folder("submitted", student)
        try:  # all that is read of it; what goes wrong after this is not the student's doing
            refuse_odd_name(student)
            refuse_odd_files(folder, self.root("submitted"), self.settings.max_submission * MB)
            timestamp(folder)
            handed_in = {name: folder / f"{name}.ipynb" for name in self.notebooks}
            handed_in = {name: _read(path) for name, path in handed_in.items() if path.is_file()}
            files = self.files_below(folder)
        except OSError as error:
            raise Refused(f"cannot be read: {error}") from None
        for name in sorted(self.notebooks.keys() - handed_in.keys()):
            outcome.remark(f"missing file {name}.ipynb")
        if self.staged(student).exists():
            rmtree(str(self.staged(student)))
        if not handed_in:
            if not self.folder("autograded", student).exists():
                self.register_nothing(student)
            self.note(outcome)
            return []
        self.converter.notebooks = [str(folder / f"{name}.ipynb") for name in handed_in]
        os.makedirs(self.staged(student), exist_ok=True)
        self.converter.init_assignment(self.assignment, student)
        ready, reasons = [], []
        for name, found in handed_in.items():
            try:
                if isinstance(found, Refused):
                    raise found
                node, metadata = found
                outcome.remark(stale(metadata, self.released(name)) or "")
                ready.append(self.with_job(name, self.sanitise(name, node, student), files))
            except Refused as reason:
                reasons.append(str(reason))
                self.score_zero(student, name)
        if not ready:
            raise Refused("; ".join(reasons))
        for reason in reasons:
            outcome.remark(reason, needs_human=True)
        return ready

    def sanitise(self, name, node, student):
        """Roles, points and locked sources as the gradebook has them; then nbgrader's own sanitising."""
        known = self.notebooks[name]
        set_roles(node, known)
        restore(node, known)
        try:
            return self.preprocess(self.converter.sanitize_preprocessors, node, self.resources(name, student))
        except (*GradebookErrors, OSError):
            raise
        except Exception as error:
            raise Refused(f"corrupt notebook: {type(error).__name__}: {error}") from None

    def preprocess(self, classes, node, resources):
        for cls in classes:
            # what CheckCellMetadata looks for in 60 ms has been made from the gradebook
            if not issubclass(cls, CheckCellMetadata):
                node, resources = cls(parent=self.converter)(node, resources)
        return node

    def resources(self, name, student):
        names = {"student": student, "assignment": self.assignment, "notebook": name}
        return {"unique_key": name, "output_files_dir": f"{name}_files", "metadata": {"name": name},
                "nbgrader": {**names, "db_url": self.coursedir.db_url}}

    def with_job(self, name, node, files):
        cells, places, missing = code_cells(node, self.notebooks[name])
        job = {
            "cells": cells, "missing": missing,
            "files": {**files, **self.trusted_files}, "trusted_files": self.trusted_files,
            "time_limit": self.time_limit, "total_limit": self.total_limit,
            "memory": self.settings.memory_limit * MB,
        }
        try:
            return Notebook(name, node, places, encode(job))
        except WireError as error:
            raise Refused(f"what was handed in {error}") from None

    # ------------------------------------------------------------------ after the run

    @in_a_transaction
    def finish(self, student, results, outcome):
        """Score [(Notebook, result)], write the notebooks, and move them into place: then it is done."""
        for notebook, result in results:
            outcome.seconds += result["seconds"]
            outcome.student_seconds += result["student_seconds"]
            if result["failed"]:
                outcome.remark(f"grading failed: {result['failed']}", needs_human=True)
                return self.note(outcome)
        for notebook, result in results:
            for remark, cell in fill(notebook.node, notebook.places, result["cells"]):
                outcome.remark(f"{remark} ({cell})")
            try:
                node = self.score(notebook.name, notebook.node, student)
            except (*GradebookErrors, OSError):
                raise
            except Exception as error:  # partial credit above the maximum, say
                self.gradebook.db.rollback()
                outcome.remark(f"scoring failed: {type(error).__name__}: {error}", needs_human=True)
                return self.note(outcome)
            text = nbformat.writes(node).rstrip("\n") + "\n"
            (self.staged(student) / f"{notebook.name}.ipynb").write_text(text, encoding="utf-8")
        self.note(outcome)
        self.gradebook.commit()  # first: who is in place is never graded again
        self.move_into_place(student)

    def score(self, name, node, student):
        """nbgrader's own scoring. It scores any stderr in a test zero: that is shown and not scored."""
        resources = self.resources(name, student)
        self.score_zero(student, name)
        for cls in self.converter.autograde_preprocessors:
            if issubclass(cls, Execute):
                continue
            if issubclass(cls, SaveAutoGrades):
                shown = [cell.get("outputs") for cell in node.cells]
                for cell in node.cells:
                    if "outputs" in cell:
                        cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
                self.preprocess([cls], node, resources)
                self.gradebook.write()  # a penalty for being late depends on the marks
                for cell, outputs in zip(node.cells, shown):
                    if outputs is not None:
                        cell.outputs = outputs
            else:
                node = self.preprocess([cls], node, resources)
        return node

    def score_zero(self, student, name):
        self.gradebook.update_or_create_submission(self.assignment, student)
        for grade in self.gradebook.find_submission_notebook(name, self.assignment, student).grades:
            grade.auto_score, grade.needs_manual_grade = 0, False

    def register_nothing(self, student):
        self.gradebook.update_or_create_student(student)
        for name in self.notebooks:
            self.score_zero(student, name)

    @in_a_transaction
    def refuse(self, student, reason, outcome):
        """Nothing of it is run, and a person has to look. An older submission's marks stand."""
        outcome.remark(str(reason), needs_human=True)
        if not self.folder("autograded", student).exists():
            self.register_nothing(student)
        self.note(outcome)

    def note(self, outcome):
        """Into the journal: the gradebook has no place for remarks."""
        journal.append(self.coursedir.root, self.assignment, outcome.as_dict())

    # ------------------------------------------------------------------ folders

    def staged(self, student):
        return Path(self.coursedir.format_path(self.converter._output_directory, student, self.assignment))

    def discard(self, student):
        if self.staged(student).exists():
            rmtree(str(self.staged(student)))

    def move_into_place(self, student):
        """What stood there before is kept if it was an older submission, and goes if it was the same one."""
        staged, place = self.staged(student), self.folder("autograded", student)
        self.converter.set_permissions(self.assignment, student)
        os.makedirs(place.parent, exist_ok=True)
        if place.exists():
            old, new = timestamp(place), timestamp(staged)
            if old == new and old is not None:
                aside = staged.parent / f"{self.assignment}-{uuid.uuid4().hex}"
            else:
                aside = self.older(student) / (old.strftime("%Y-%m-%dT%H%M%SZ") if old else "undated")
                os.makedirs(aside.parent, exist_ok=True)
                if aside.exists():
                    rmtree(str(aside))
            os.rename(place, aside)
            os.rename(staged, place)
            if aside.parent == staged.parent:
                rmtree(str(aside))
        else:
            os.rename(staged, place)

    def older(self, student):
        """Where the graded notebooks of a student's older submissions are kept, a folder each."""
        directory = os.path.join(self.coursedir.autograded_directory, OLDER)
        return Path(self.coursedir.format_path(directory, student, self.assignment))

    def tidy(self):
        """Remove what an interrupted run left of submissions that are graded now, and empty folders."""
        staging = Path(self.coursedir.format_path(self.converter._output_directory, ".", ".")).resolve()
        for left in staging.glob(f"*/{self.assignment}-*"):
            if self.folder("autograded", left.parent.name).exists():
                rmtree(str(left))
        for folder in [*sorted(staging.rglob("*"), reverse=True), staging]:
            try:
                folder.rmdir()
            except OSError:  # a file, not empty, or not there
                pass

    def read_marks(self, outcomes):
        with self.gradebook.transaction() as gradebook:
            for outcome in outcomes:
                try:
                    submission = gradebook.find_submission(self.assignment, outcome.student)
                except MissingEntry:
                    continue
                penalty = submission.late_submission_penalty or 0
                outcome.score, outcome.max_score = max(0, submission.score - penalty), submission.max_score
                outcome.manual = bool(submission.needs_manual_grade)


def _read(path):
    """A notebook and its metadata, or the reason why not."""
    try:
        return read(path)
    except Refused as reason:
        return reason
