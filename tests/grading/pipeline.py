"""From answers in `tests/answers/` to marks, through a real grader.

    python tests/grading/pipeline.py tests/answers/evidence/log_evidence_coin/wrong_stirling.py
    python tests/grading/pipeline.py --task evidence/log_evidence_coin my_answer.py

prints what an answer would get, and what it would be told: by safegrade, or with `--stock` by nbgrader's
own autograder.

    python tests/grading/pipeline.py --compare

grades every answer there is with both and prints where their marks differ.
"""

import argparse
import atexit
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import nbformat
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from safegrade.rules import name_of, role, tasks
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # for `course`, when run as a command
from course import ROOT, make_course, submit  # noqa: E402

ANSWERS = ROOT / "tests" / "answers"


class Answer(NamedTuple):
    """A file that takes the place of one function's solution cell."""

    path: Path
    assignment: str
    function: str

    @property
    def kind(self):
        return self.path.stem.split("_")[0]  # "right" or "wrong"

    @property
    def source(self):
        return self.path.read_text(encoding="utf-8")

    @property
    def message(self):
        """What a failing test must say to this famous mistake, or None."""
        found = re.search(r"^# message: (.+)$", self.source, re.MULTILINE)
        return found and found[1].strip()

    def __str__(self):
        return f"{self.assignment}/{self.function}/{self.path.name}"


class Submission(NamedTuple):
    """One notebook's worth of answers, to different functions of one assignment."""

    assignment: str
    name: str
    answers: tuple


class Marks(NamedTuple):
    """What a grader made of one notebook, by the names of its graded cells."""

    points: dict  # None where a person has to mark
    max_points: dict
    messages: dict  # of the tests that failed
    executed: int  # code cells that ran
    code_cells: int


class Result(NamedTuple):
    """What one answer got."""

    points: float
    max_points: float
    messages: list


def assignments():
    sources = (ROOT / "solutions").glob("*/*.ipynb")
    return sorted(path.stem for path in sources if path.stem == path.parent.name)


def solution_notebook(assignment):
    return nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)


def answers(assignment):
    """Every answer to `assignment` there is a file for."""
    files = sorted((ANSWERS / assignment).glob("*/*.py"))
    return [Answer(path, assignment, path.parent.name) for path in files]


def pack(assignment, found):
    """Put answers to different functions together, as few notebooks as it takes: the first right answer
    to every function, the second, and so on; then the wrong ones. Tasks don't depend on each other, and
    a function nobody fills keeps its stub."""
    submissions = []
    for kind in ("right", "wrong"):
        functions = sorted({answer.function for answer in found})
        columns = [[a for a in found if (a.kind, a.function) == (kind, function)] for function in functions]
        submissions += [
            Submission(assignment, f"{kind}-{i}", tuple(filter(None, row)))
            for i, row in enumerate(zip_longest(*columns))
        ]
    return submissions


class StockNbgrader:
    """nbgrader's own autograder. Any object with this one method can take its place: it grades what the
    named students handed in, and leaves marks in the gradebook and notebooks under autograded/."""

    def grade(self, course, assignment, students):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own queries, a dozen lines a submission
            for student in students:
                _succeed(course.api.autograde(assignment, student), f"autograding {student}")


class SafeGrader:
    """safegrade, all the students in one run. What it says of itself is in the error when it fails."""

    def __init__(self, workers=2):
        self.workers = workers

    def grade(self, course, assignment, students):
        options = ["--workers", str(self.workers), "--force", "--json", "--student", *students]
        command = [sys.executable, "-m", "safegrade.cli", assignment, *options]
        done = subprocess.run(
            command, cwd=course.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"safegrade failed:\n{done.stdout}\n{done.stderr}")


class Course:
    """A throwaway course: assignments are released as they are needed, handed in, graded, and read."""

    def __init__(self, folder):
        self.folder = make_course(folder)
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.folder)).load_config()
        config.CourseDirectory.root = str(self.folder)
        self.api = NbGraderAPI(CourseDirectory(config=config), config=config)

    def released(self, assignment):
        """The notebook a student gets, made by nbgrader from the source."""
        path = self.folder / "exercises" / assignment / f"{assignment}.ipynb"
        if not path.exists():
            make_course(self.folder, assignment)
            # nbgrader looks for alembic on PATH when it makes a gradebook; its own setenv would delete
            # PATH on leaving.
            programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
            with mock.patch.dict(os.environ, PATH=programs):
                _succeed(self.api.generate_assignment(assignment), f"releasing {assignment}")
        return nbformat.read(path, as_version=4)

    def grade(self, assignment, filled, grader=None, only_graded=False):
        """Grade one submission for each entry of `filled`, {student: {cell name: source}}: the released
        notebook with those cells filled in, and with `only_graded` without the cells that a student may
        delete (plots are a quarter of the work). Returns {student: Marks}."""
        for student, sources in filled.items():
            notebook = self.released(assignment)
            if only_graded:
                notebook.cells = [cell for cell in notebook.cells if role(cell) != "free"]
            for cell in notebook.cells:
                if role(cell) in ("solution", "manual"):
                    cell.source = sources.get(name_of(cell), cell.source)
            submit(self.folder, student, assignment, nbformat.writes(notebook))
        # submissions run side by side, one core each
        with mock.patch.dict(os.environ, OPENBLAS_NUM_THREADS="1"):
            (grader or SafeGrader()).grade(self, assignment, list(filled))
        return {student: self.marks(assignment, student) for student in filled}

    def marks(self, assignment, student):
        with self.api.gradebook as gradebook:
            handed_in = gradebook.find_submission_notebook(assignment, assignment, student)
            points = {g.name: None if g.needs_manual_grade else g.auto_score for g in handed_in.grades}
            max_points = {g.name: g.max_score for g in handed_in.grades}
        graded = self.folder / "autograded" / student / assignment / f"{assignment}.ipynb"
        code = [cell for cell in nbformat.read(graded, as_version=4).cells if cell.cell_type == "code"]
        messages = {name_of(cell): said for cell in code if role(cell) == "test" and (said := _said(cell))}
        executed = sum(cell.execution_count is not None for cell in code)
        return Marks(points, max_points, messages, executed, len(code))


@functools.cache
def a_course():
    """A course in a temporary folder, one for each process: making a gradebook takes seconds."""
    course = Course(tempfile.mkdtemp(prefix="course-"))
    atexit.register(shutil.rmtree, course.folder, ignore_errors=True)
    return course


def grade(course, submissions, grader=None):
    """Grade submissions to one assignment. Returns {answer: Result}."""
    (assignment,) = {submission.assignment for submission in submissions}
    filled = {s.name: {answer.function: answer.source for answer in s.answers} for s in submissions}
    marks = course.grade(assignment, filled, grader, only_graded=True)
    released = tasks(course.released(assignment))
    tests = {name_of(task.solution): [name_of(cell) for cell in task.tests] for task in released}
    return {
        answer: _result(marks[submission.name], tests[answer.function])
        for submission in submissions for answer in submission.answers
    }


def _succeed(done, what):
    """nbgrader's API reports failures in a dict: raise them instead."""
    if not done["success"]:
        raise RuntimeError(f"{what} failed:\n{done.get('log', '')}\n{done.get('error', '')}")


def _result(marks, tests):
    return Result(
        sum(marks.points[test] for test in tests),
        sum(marks.max_points[test] for test in tests),
        [marks.messages[test] for test in tests if test in marks.messages],
    )


def _said(cell):
    """What a test cell reported: its assertion's message, any other error with its name, stderr."""
    said = []
    for output in cell.outputs:
        if output.output_type == "error":
            name = "" if output.ename == "AssertionError" else f"{output.ename}: "
            said.append(name + output.evalue)
        elif output.output_type == "stream" and output.name == "stderr":
            said.append(output.text)
    return "\n".join(said)


def judged_alike(one, other):
    """Whether two graders gave the same: points, and as many messages. Those may quote what an answer drew at
    random."""
    return (one.points, len(one.messages)) == (other.points, len(other.messages))


def compare(names):
    """Grade all answers to the named assignments with both graders. Prints every difference in marks or in
    messages; returns how many answers got other marks."""
    differences = 0
    for assignment in names:
        submissions, results, seconds = pack(assignment, answers(assignment)), [], []
        for grader in (SafeGrader(), StockNbgrader()):
            course = Course(tempfile.mkdtemp(prefix="course-"))
            try:
                course.released(assignment)
                started = time.monotonic()
                results.append(grade(course, submissions, grader))
                seconds.append(time.monotonic() - started)
            finally:
                shutil.rmtree(course.folder, ignore_errors=True)
        safe, stock = results
        for answer in safe:
            if safe[answer] != stock[answer]:
                print(f"{answer}:\n    safegrade {safe[answer]}\n    nbgrader  {stock[answer]}")
        different = sum(not judged_alike(safe[answer], stock[answer]) for answer in safe)
        differences += different
        print(f"{assignment}: {len(safe)} answers in {len(submissions)} notebooks, {different} marked otherwise; "
              f"safegrade {seconds[0]:.0f} s, nbgrader {seconds[1]:.0f} s", flush=True)
    return differences


def main():
    parser = argparse.ArgumentParser(description="Say what an answer would get, and what it would be told.")
    parser.add_argument("answers", nargs="*", type=Path, help="files that replace a solution cell")
    parser.add_argument("--task", help="ASSIGNMENT/FUNCTION, for files that do not lie in tests/answers/")
    parser.add_argument("--stock", action="store_true", help="ask nbgrader's own autograder")
    parser.add_argument("--compare", nargs="*", metavar="ASSIGNMENT",
                        help="grade all answers with both graders and print where they differ")
    arguments = parser.parse_args()
    if arguments.compare is not None:
        sys.exit(1 if compare(arguments.compare or assignments()) else 0)
    if not arguments.answers:
        parser.error("name a file, or --compare")
    grader = StockNbgrader() if arguments.stock else SafeGrader(workers=1)
    for path in arguments.answers:
        assignment, _, function = (arguments.task or "/".join(path.resolve().parts[-3:-1])).partition("/")
        source = tasks(solution_notebook(assignment)) if assignment in assignments() else []
        if function not in [name_of(task.solution) for task in source]:
            parser.error(f"there is no task {assignment}/{function}; use --task")
        answer = Answer(path, assignment, function)
        result = grade(a_course(), [Submission(assignment, "answer", (answer,))], grader)[answer]
        print(f"{path.name}: {result.points:g} of {result.max_points:g}")
        for message in result.messages:
            print("    " + message.replace("\n", "\n    "))


if __name__ == "__main__":
    main()
