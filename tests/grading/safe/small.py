"""A small course for the grader's own tests: three tasks, a point a test, one answer marked by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
from course import SOCKETS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ASSIGNMENT = "small"
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "small"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.SafeGrade.hidden_modules = ["varinf.evidence"]
c.SafeGrade.time_limit = 2
c.SafeGrade.total_limit = 10
c.SafeGrade.memory_limit = 512
c.SafeGrade.scratch_limit = 32
"""
HONEST = {
    "double": "def double(x):\n    return 2 * x",
    "spread": "def spread(x):\n    m = np.mean(x)\n    return m, np.sqrt(np.mean((x - m) ** 2))",
    "total": "def total(f, n):\n    return float(np.sum(f(np.arange(n))))",
    "words": "Because a reason is a reason.",
}
STUBS = {name: HONEST[name].split("\n")[0] + "\n    ### BEGIN SOLUTION\n" + HONEST[name].split("\n", 1)[1]
         + "\n    ### END SOLUTION" for name in ("double", "spread", "total")}
TESTS = {
    "double-visible": 'got = double(3)\nassert got is not None, "double returned None."\n'
                      'assert got == 6, f"double(3) is 6, yours is {got}."',
    "double-hidden": '# Hidden check: arrays.\n### BEGIN HIDDEN TESTS\nx = np.arange(4.0)\ngot = double(x.copy())\n'
                     'assert np.shape(got) == (4,), "One number for each number."\n'
                     'assert np.allclose(got, 2 * x), f"double({x}) is {2 * x}, yours is {got}."\n'
                     "### END HIDDEN TESTS",
    "spread-visible": 'got = spread(np.array([1.0, 3.0]))\nassert np.shape(got) == (2,), "Return two numbers."\n'
                      'assert np.allclose(got, (2, 1)), f"Mean 2, deviation 1; yours are {got}."',
    "spread-hidden": "# Hidden check: many numbers.\n### BEGIN HIDDEN TESTS\n"
                     "x = np.random.default_rng(7).normal(size=1000)\nexpected = x.mean(), x.std()\n"
                     'assert np.allclose(spread(x), expected), "Divide by N."\n### END HIDDEN TESTS',
    "total-visible": 'assert total(lambda k: k, 4) == 6, "0 + 1 + 2 + 3 is 6."',
    "total-hidden": "# Hidden check: another function.\n### BEGIN HIDDEN TESTS\n"
                    'assert np.isclose(total(lambda k: k**2, 10), 285), "The squares below 100 add up to 285."\n'
                    "### END HIDDEN TESTS",
    # partial credit: nbgrader takes the value of the last expression
    "total-parts": "right = [np.isclose(total(lambda k: a * k, 3), 3 * a) for a in (1, 2, 3, -1)]\nfloat(np.mean(right))",
}
FULL = len(TESTS)  # points that are marked automatically


def marks(grade_id, **roles):
    roles = {"grade": False, "solution": False, "locked": False, "task": False, **roles}
    return {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **roles}}


def source_notebook():
    cells = [
        new_markdown_cell("# A small assignment"),
        new_code_cell('import numpy as np\n\nnp.seterr(all="ignore")', metadata=marks("imports", locked=True)),
    ]
    for task in STUBS:
        cells.append(new_code_cell(STUBS[task], metadata=marks(task, solution=True)))
        for name, source in TESTS.items():
            if name.startswith(task + "-"):
                cells.append(new_code_cell(source, metadata=marks(name, grade=True, locked=True, points=1)))
    cells.append(new_markdown_cell("Why?", metadata=marks("words", grade=True, solution=True, points=2)))
    return new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


def make(folder):
    """A course directory with the assignment released, ready for submissions."""
    (folder / "solutions" / ASSIGNMENT).mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG + SOCKETS)
    nbformat.write(source_notebook(), folder / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    done = command(folder, sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return folder


def command(folder, *words, user=None):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run([*map(str, words)], cwd=folder, env={**os.environ, "PATH": path, "SECRET": "sesame"},
                          capture_output=True, text=True, timeout=300)


def safegrade(folder, *options, status=None):
    """Run the command; returns what it says about each student."""
    done = command(folder, sys.executable, "-m", "safegrade.cli", ASSIGNMENT, "--json", *options)
    assert done.returncode in ((0, 1) if status is None else (status,)), done.stdout + done.stderr
    return {entry["student"]: entry for entry in json.loads(done.stdout)["submissions"]}


def released(folder):
    return nbformat.read(folder / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def cell(notebook, grade_id):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def filled(folder, **answers):
    """The released notebook with honest answers, or those given instead."""
    notebook = released(folder)
    for name, source in {**HONEST, **answers}.items():
        cell(notebook, name).source = source
    return notebook


def hand_in(folder, student, notebook):
    place = folder / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True)
    if notebook is not None:
        nbformat.write(notebook, place / f"{ASSIGNMENT}.ipynb")
    return place


def graded(folder, student):
    return nbformat.read(folder / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def outputs(folder, student, grade_id):
    """What a cell shows in the graded notebook, as one text."""
    shown = []
    for output in cell(graded(folder, student), grade_id).outputs:
        shown.append(output.get("text") or output.get("evalue") or str(output.get("data", "")))
    return "\n".join(shown)
