"""nbgrader's side: what is handed in becomes jobs, and results become marks, notebooks and remarks.

Only this process touches the course directory and the gradebook. It never runs a cell. What a cell is, what
it is worth and, where it is locked, what it says, comes from the gradebook, never from the submission.
"""

import ast
import contextlib
import functools
import itertools
import json
import os
import re
import stat
import uuid
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, autograde
from nbgrader.preprocessors import (
    CheckCellMetadata, Execute, SaveAutoGrades, latesubmissions, overwritecells, overwritekernelspec, saveautogrades,
)
from nbgrader.utils import find_all_files, rmtree
from traitlets import Float, Integer, List, Unicode
from traitlets.config import LoggingConfigurable

from .wire import WireError, encode

MB = 2**20
MAX_CELLS, MAX_FILES = 2000, 2000
NOT_RUN = {"output_type": "error", "ename": "NotRun", "evalue": "This cell did not run to its end.", "traceback": []}
STAGING = ".safegrade"  # below autograded/; a leading dot keeps it out of nbgrader's globs


class SafeGrade(LoggingConfigurable):
    """The settings of the safe grader, in nbgrader_config.py as c.SafeGrade.name = value."""

    hidden_modules = List(Unicode(), help="""Modules that students' code cannot import while an assignment is
        graded; {assignment} stands for its name.""").tag(config=True)
    time_limit = Float(0, help="""Seconds for a cell. 0 means ExecutePreprocessor.timeout.""").tag(config=True)
    total_limit = Float(0, help="""Seconds for a notebook. 0 means three times the limit of a cell.""").tag(config=True)
    memory_limit = Integer(2048, help="Megabytes a process of the student's may hold.").tag(config=True)
    scratch_limit = Integer(256, help="Megabytes of files that a submission may write.").tag(config=True)
    max_submission = Integer(20, help="Megabytes that a file handed in may have.").tag(config=True)


class Refused(Exception):
    """A submission that is not run at all, and why."""


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
        return {**vars(self), "seconds": round(self.seconds, 3), "student_seconds": round(self.student_seconds, 3)}


class SharedGradebook(Gradebook):
    """One connection for a whole run, for nbgrader's own classes too: each of them would open its own, compile
    every query anew and commit after every cell, which took four fifths of the time. Commits wait for the end
    of a transaction."""

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


class CourseAutograde(Autograde):
    """nbgrader's autograder without its kernel, writing to a staging folder, one submission at a time."""

    @property
    def _input_directory(self):
        return self.coursedir.submitted_directory

    @property
    def _output_directory(self):
        return os.path.join(self.coursedir.autograded_directory, STAGING)


def _in_a_transaction(method):
    @functools.wraps(method)
    def wrapped(self, *arguments):
        with self.gradebook.transaction():
            return method(self, *arguments)

    return wrapped


class Course:
    def __init__(self, coursedir, config, assignment, settings=None):
        self.coursedir, self.config, self.assignment = coursedir, config, assignment
        self.settings = settings or SafeGrade(config=config)
        config = config.copy()
        config.OverwriteCells.add_missing_cells = True
        self.converter = CourseAutograde(coursedir=coursedir, config=config)
        self.time_limit = self.settings.time_limit or self.converter_timeout()
        self.total_limit = self.settings.total_limit or 3 * self.time_limit
        self.patience = self.total_limit + 3 * self.time_limit + 120
        self.gradebook = SharedGradebook(coursedir.db_url, coursedir.course_id)
        try:
            self.notebooks = self.read_gradebook()
            self.trusted_files = self.instructor_files()
        except BaseException:
            self.gradebook.close()
            raise

    def converter_timeout(self):
        return float(Execute(config=self.config).timeout or 300)

    # ------------------------------------------------------------------ what the course knows

    def read_gradebook(self):
        """{notebook: {grade_id: Known}}, in the order of the cells."""
        with self.gradebook.transaction() as gradebook:
            try:
                assignment = gradebook.find_assignment(self.assignment)
            except MissingEntry:
                raise Refused(f"the gradebook knows no assignment {self.assignment}: "
                              f"run `nbgrader generate_assignment {self.assignment}` first") from None
            return {notebook.name: _known_cells(notebook) for notebook in assignment.notebooks}

    def instructor_files(self):
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", self.assignment)
        excluded = set(self.converter.exclude_overwriting.get(self.assignment, []))
        found = {os.path.relpath(name, folder): name
                 for name in find_all_files(folder, self.coursedir.ignore + ["*.ipynb"])}
        return {path: Path(name).read_bytes() for path, name in found.items() if path not in excluded}

    def worker_settings(self, unsafe=False):
        """What the workers of this assignment need to know (see slot.py)."""
        known = [cell for cells in self.notebooks.values() for cell in cells.values()]
        sources = [cell.source for cell in known if cell.kind == "locked"]
        memory = self.settings.memory_limit * MB
        covered = [self.coursedir.root, "/usr/local/share/nbgrader", "/usr/share/nbgrader", "/usr/src"]
        return {
            "unsafe": unsafe,
            "preload": sorted(set().union(*map(imported_modules, sources))),
            "hidden": [name.format(assignment=self.assignment) for name in self.settings.hidden_modules],
            "covered": [str(Path(folder).resolve()) for folder in covered],
            "limits": {"memory": memory, "cpu_seconds": int(self.total_limit) + 60,
                       "tmp_bytes": self.settings.scratch_limit * MB},
        }

    def students(self):
        """Everyone with a folder for the assignment in submitted/, by name."""
        pattern = self.coursedir.format_path(
            self.coursedir.submitted_directory, "(?P<student>[^/]+)", self.assignment, escape=True)
        root = Path(self.coursedir.format_path(self.coursedir.submitted_directory, ".", ".")).resolve()
        if not root.is_dir():
            return []
        found = []
        for folder in root.iterdir():
            place = self.folder("submitted", folder.name)
            if place.is_symlink() or place.is_dir():
                if re.fullmatch(pattern, str(place)):
                    found.append(folder.name)
        return sorted(found)

    def folder(self, step, student):
        directory = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(directory, student, self.assignment))

    def is_graded(self, student):
        """Whether the newest submission has been graded: as in nbgrader, by the time stamps."""
        graded = self.folder("autograded", student)
        if not graded.exists():
            return False
        try:
            new = self.coursedir.get_existing_timestamp(str(self.folder("submitted", student)))
        except ValueError:  # not a time: preparing it will say so
            return False
        old = self.coursedir.get_existing_timestamp(str(graded))
        return not (new is not None and old is not None and new > old)

    # ------------------------------------------------------------------ before the run

    @_in_a_transaction
    def prepare(self, student, outcome):
        """Register the submission, stage its files, and return its notebooks ready to run."""
        folder = self.folder("submitted", student)
        self.refuse_odd_files(folder, student)
        staged = self.staged(student)
        if staged.exists():
            rmtree(str(staged))
        found = [name for name in self.notebooks if (folder / f"{name}.ipynb").is_file()]
        for name in sorted(set(self.notebooks) - set(found)):
            outcome.remark(f"missing file {name}.ipynb")
        self.converter.notebooks = [str(folder / f"{name}.ipynb") for name in found]
        if not found:
            self.register_nothing(student)
            return []
        os.makedirs(staged, exist_ok=True)
        self.converter.init_assignment(self.assignment, student)
        files = {os.path.relpath(path, staged): Path(path).read_bytes()
                 for path in find_all_files(str(staged), self.coursedir.ignore + ["*.ipynb", "timestamp.txt"])}
        ready = []
        for name in found:
            try:
                node = self.sanitise(name, self.read(folder / f"{name}.ipynb"), student)
                ready.append(self.with_job(name, node, files))
            except Refused as reason:
                outcome.remark(str(reason), needs_human=True)
                self.score_zero(student, name)
        return ready

    def refuse_odd_files(self, folder, student):
        """Links and devices are not followed, anywhere from the student's folder down, and nothing is copied
        that is too large."""
        if student.startswith(".") or "+" in student or not student.isprintable():
            raise Refused("a folder name that cannot be a student's")
        root = Path(self.coursedir.format_path(self.coursedir.submitted_directory, ".", ".")).resolve()
        above = [parent for parent in folder.parents if root in parent.parents]
        places = [*above, folder, *itertools.islice(folder.rglob("*"), MAX_FILES)]
        if len(places) > MAX_FILES:
            raise Refused(f"more than {MAX_FILES} files")
        for place in places:
            mode = place.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise Refused(f"symbolic link in the submission: {place.name}")
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise Refused(f"neither a file nor a folder: {place.name}")
            if stat.S_ISREG(mode) and place.stat().st_size > self.settings.max_submission * MB:
                raise Refused(f"{place.name} is larger than {self.settings.max_submission} MB")

    def read(self, path):
        """The notebook, whatever it is that was handed in under its name; or Refused. Without nbformat's
        validation: it can be made to take for ever, and everything is made anew here."""
        try:
            found = json.loads(path.read_bytes().decode("utf-8-sig"))
            if found["nbformat"] != 4:
                raise Refused(f"notebook of format {str(found['nbformat'])[:9]}, not 4: open and save it in Jupyter")
            cells = [_normal_cell(cell) for cell in found["cells"]]
            metadata = found.get("metadata", {})
        except Refused:
            raise
        except RecursionError:
            raise Refused("corrupt notebook: nested too deep") from None
        except UnicodeDecodeError:
            raise Refused("corrupt notebook: not UTF-8") from None
        except Exception as error:  # whatever the JSON makes this stumble over
            raise Refused(f"corrupt notebook: {type(error).__name__}") from None
        if len(cells) > MAX_CELLS:
            raise Refused(f"corrupt notebook: more than {MAX_CELLS} cells")
        kept = {name: _texts(metadata[name]) for name in ("kernelspec", "language_info")
                if isinstance(metadata, dict) and isinstance(metadata.get(name), dict)}
        return nbformat.from_dict({"cells": cells, "metadata": kept, "nbformat": 4, "nbformat_minor": 5})

    def sanitise(self, name, node, student):
        """Roles, points and locked sources as the gradebook has them; then nbgrader's own sanitising."""
        known = self.notebooks[name]
        _set_roles(node, known)
        _restore(node, known)
        try:
            return self.preprocess(self.converter.sanitize_preprocessors, node, self.resources(name, student))
        except Exception as error:
            raise Refused(f"corrupt notebook: {type(error).__name__}: {error}") from None

    def preprocess(self, classes, node, resources):
        for cls in classes:
            # what CheckCellMetadata looks for in 60 ms has been made from the gradebook
            if not issubclass(cls, CheckCellMetadata):
                node, resources = cls(parent=self.converter)(node, resources)
        return node

    def resources(self, name, student):
        return {"unique_key": name, "output_files_dir": f"{name}_files", "metadata": {"name": name}, "nbgrader": {
            "student": student, "assignment": self.assignment, "notebook": name, "db_url": self.coursedir.db_url}}

    def with_job(self, name, node, files):
        known = self.notebooks[name]
        cells, places, present = [], [], set()
        for place, cell in enumerate(node.cells):
            record = known.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            present.add(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if cell.cell_type == "code":
                kind = record.kind if record else "student"
                places.append(place)
                cells.append({"kind": kind, "source": record.source if kind != "student" else cell.source})
        job = {
            "cells": cells,
            "missing": [k.source for grade_id, k in known.items() if k.kind == "locked" and grade_id not in present],
            "files": files, "trusted_files": self.trusted_files,
            "time_limit": self.time_limit, "total_limit": self.total_limit,
            "memory": self.settings.memory_limit * MB,
        }
        try:
            return Notebook(name, node, places, encode(job))
        except WireError as error:
            raise Refused(f"what was handed in {error}") from None

    # ------------------------------------------------------------------ after the run

    @_in_a_transaction
    def finish(self, student, results, outcome):
        """Score [(Notebook, result)], write the notebooks, and move them into place: that marks completion."""
        for notebook, result in results:
            outcome.seconds += result["seconds"]
            outcome.student_seconds += result["student_seconds"]
            if result["failed"]:
                outcome.remark(f"grading failed: {result['failed']}", needs_human=True)
                return
        staged = self.staged(student)
        for notebook, result in results:
            node = self.fill(notebook, result, outcome)
            try:
                node = self.score(notebook.name, node, student)
            except Exception as error:  # partial credit above the maximum, say
                self.gradebook.db.rollback()
                outcome.remark(f"scoring failed: {type(error).__name__}: {error}", needs_human=True)
                return
            text = nbformat.writes(node).rstrip("\n") + "\n"
            (staged / f"{notebook.name}.ipynb").write_text(text, encoding="utf-8")
        if results:
            self.gradebook.commit()  # first: who is in place is never graded again
            self.move_into_place(student)

    def fill(self, notebook, result, outcome):
        """The notebook with its outputs. A cell without a result did not run, and a test that did not failed."""
        names = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.node.cells]
        for place, index in enumerate(notebook.places):
            cell = notebook.node.cells[index]
            outputs, remark, failed = result["cells"].get(place) or ([], "not run", True)
            if failed and not any(output["output_type"] == "error" for output in outputs):
                outputs = [*outputs, NOT_RUN]
            cell.execution_count = place + 1
            cell.outputs = [nbformat.from_dict(_with_count(output, place + 1)) for output in outputs]
            if remark:
                outcome.remark(f"{remark} ({names[index] or f'cell {place + 1}'})")
        return notebook.node

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
        self.gradebook.update_or_create_submission(self.assignment, student)
        for name in self.notebooks:
            self.score_zero(student, name)

    @_in_a_transaction
    def refuse(self, student, reason, outcome):
        """Nothing of it is run: zero, and a person has to look."""
        outcome.remark(str(reason), needs_human=True)
        self.discard(student)
        if not self.folder("autograded", student).exists():
            self.register_nothing(student)

    def staged(self, student):
        return Path(self.coursedir.format_path(self.converter._output_directory, student, self.assignment))

    def discard(self, student):
        if self.staged(student).exists():
            rmtree(str(self.staged(student)))

    def move_into_place(self, student):
        staged, place = self.staged(student), self.folder("autograded", student)
        self.converter.set_permissions(self.assignment, student)
        os.makedirs(place.parent, exist_ok=True)
        if place.exists():
            old = staged.parent / f"{self.assignment}-{uuid.uuid4().hex}"
            os.rename(place, old)
            os.rename(staged, place)
            rmtree(str(old))
        else:
            os.rename(staged, place)

    def tidy(self):
        """Remove the staging folder, if nothing of anybody's is left in it."""
        staging = Path(self.coursedir.format_path(self.converter._output_directory, ".", ".")).resolve()
        for folder in sorted(staging.rglob("*"), reverse=True) if staging.is_dir() else []:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if staging.is_dir() and not any(staging.iterdir()):
            staging.rmdir()

    def read_marks(self, outcomes):
        with self.gradebook.transaction() as gradebook:
            for outcome in outcomes:
                try:
                    submission = gradebook.find_submission(self.assignment, outcome.student)
                except MissingEntry:
                    continue
                outcome.score, outcome.max_score = submission.score, submission.max_score
                outcome.manual = bool(submission.needs_manual_grade)


def _known_cells(notebook):
    graded = {cell.name: cell for cell in notebook.grade_cells}
    tasks = {cell.name: cell for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    found = {}
    for cell in notebook.source_cells:
        worth = graded.get(cell.name) or tasks.get(cell.name)
        grade, solution, task = cell.name in graded, cell.name in solutions, cell.name in tasks
        marks = {"grade_id": cell.name, "schema_version": 3, "cell_type": cell.cell_type, "checksum": cell.checksum,
                 "grade": grade, "solution": solution, "task": task, "locked": bool(cell.locked)}
        if worth:
            marks["points"] = float(worth.max_score)
        trusted = cell.locked and cell.cell_type == "code" and not solution
        kind = "student" if not trusted else "test" if grade else "locked"
        found[cell.name] = Known(kind, cell.cell_type, cell.source, bool(cell.locked), marks)
    return found


def _normal_cell(cell):
    """A cell with just what a cell has, as text; outputs are dropped, they are made anew."""
    kind = cell["cell_type"] if cell["cell_type"] in ("code", "markdown") else "raw"
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    metadata = cell.get("metadata", {})
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    made = {"cell_type": kind, "id": uuid.uuid4().hex[:8], "source": source.encode("utf-8", "replace").decode(),
            "metadata": {"nbgrader": {"grade_id": grade_id}} if isinstance(grade_id, str) else {}}
    if kind == "code":
        made.update(outputs=[], execution_count=None)
    elif isinstance(cell.get("attachments"), dict):
        made["attachments"] = {str(name): _texts(item) for name, item in cell["attachments"].items()
                               if isinstance(item, dict)}
    return made


def _texts(values):
    return {str(key): value for key, value in values.items() if isinstance(value, str)}


def _set_roles(node, known):
    """Give every cell the role its name has in the gradebook; of several with one name, the last has it."""
    seen = set()
    for cell in reversed(node.cells):
        grade_id = cell.metadata.pop("nbgrader", {}).get("grade_id")
        record = known.get(grade_id)
        if record is None or grade_id in seen:
            continue
        seen.add(grade_id)
        _become(cell, record)


def _become(cell, record):
    cell.metadata["nbgrader"] = NotebookNode(record.marks)
    if record.locked:
        cell.source = record.source
    if cell.cell_type != record.cell_type:
        cell.cell_type = record.cell_type
        if record.cell_type == "code":
            cell.pop("attachments", None)
            cell.update(outputs=[], execution_count=None)
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def _restore(node, known):
    """Put deleted graded cells back, each after the nearest cell before it that is there."""
    places = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in node.cells}
    before = None
    for grade_id, record in known.items():
        if grade_id not in places and record.restored:
            cell = nbformat.from_dict({"cell_type": "raw", "id": uuid.uuid4().hex[:8], "metadata": {},
                                       "source": record.source})
            _become(cell, record)
            node.cells.insert(node.cells.index(before) + 1 if before is not None else 0, cell)
            places[grade_id] = cell
        before = places.get(grade_id, before)


def _with_count(output, count):
    return {**output, "execution_count": count} if output["output_type"] == "execute_result" else output


def imported_modules(source):
    """Every module that a cell's import statements name, and may name."""
    try:
        tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M))
    except SyntaxError:
        return set()
    found = set()
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            found.add(statement.module)
            found |= {f"{statement.module}.{alias.name}" for alias in statement.names}
    return found
