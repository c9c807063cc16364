"""Marks, notebooks and the gradebook are what nbgrader's own autograder makes of honest work."""

import shutil
import sqlite3
import sys

import nbformat
import pytest
import small
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook
from safegrade.calls import MIME

# A second notebook, a due date, and a course's own penalty for what comes late.
SECOND = {
    "triple": "def triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION",
    "triple-visible": "assert triple(2) == 6, 'Three times two is six.'",
}
DUE = "2026-01-01 12:00:00 UTC"
LATE = """
from nbgrader.plugins import BasePlugin


class ATenthADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return None if student_id == "unfinished" else 0.1 * score * (1 + total_seconds_late // 86400)


c.AssignLatePenalties.plugin_class = ATenthADay
"""
DAYS = {"partly": 2, "lively": 20, "unfinished": 1}  # late; the others are in time
STUDENTS = {
    "honest": {},
    "partly": {
        "double": "def double(x):\n    return x * 2 if np.ndim(x) else x + 2",
        "spread": "def spread(x):\n    return x.mean(), x.std(ddof=1)",
        "total": "def total(f, n):\n    return sum(f(k) for k in range(n)) if f(1) > 0 else 0",
        "words": "",
    },
    "unfinished": {
        name: stub.split("\n")[0] + "\n    raise NotImplementedError()" for name, stub in small.STUBS.items()
    },
    "lively": {
        "double": "import warnings\ncalls = 0\n\n\ndef double(x):\n    global calls\n    calls += 1\n"
                  "    print('called')\n    return np.add(x, x)",
        "spread": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
                  "from IPython.display import Markdown, display\ndisplay(Markdown('*hi*'))\n"
                  "print('before')\n"
                  "spread = lambda x: [np.mean(x), np.var(x) ** 0.5]\n%precision 3\n!echo shell\n1 / 3",
        "total": "def total(f, n):\n    return {}[n]\n\ntotal(None, 3)",
    },
    # its locked cells and tests are overwritten below
    "meddler": {"spread": "def spread(x):\n    return mean(x), 0.0"},
}
MEDDLING = {
    "imports": "import numpy as np\nnp.allclose = lambda *a: True\nfrom numpy import mean",
    "spread-visible": "pass", "spread-hidden": "pass",
}


def add_second_notebook(course):
    cells = [new_code_cell(SECOND["triple"], metadata=small.marks("triple", solution=True)),
             new_code_cell(SECOND["triple-visible"],
                           metadata=small.marks("triple-visible", grade=True, locked=True, points=1))]
    nbformat.write(new_notebook(cells=cells), course / "solutions" / small.ASSIGNMENT / "second.ipynb")
    release = ["-m", "nbgrader", "generate_assignment", small.ASSIGNMENT, "--force"]
    done = small.command(course, sys.executable, *release)
    assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(small.ASSIGNMENT, duedate=DUE)


def hand_in_all(course):
    second = nbformat.read(course / "exercises" / small.ASSIGNMENT / "second.ipynb", 4)
    small.cell(second, "triple").source = "def triple(x):\n    return 3 * x"
    for student, answers in STUDENTS.items():
        notebook = small.filled(course, **answers)
        for name, source in MEDDLING.items() if student == "meddler" else ():
            small.cell(notebook, name).source = source
        place = small.hand_in(course, student, notebook)
        if student != "meddler":
            nbformat.write(second, place / "second.ipynb")
        (place / "timestamp.txt").write_text(f"2026-01-{1 + DAYS.get(student, 0):02} 11:00:00 UTC")


@pytest.fixture(scope="module")
def both(course, tmp_path_factory):
    """The same submissions graded by this grader and by nbgrader's."""
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(LATE)
    add_second_notebook(course)
    hand_in_all(course)
    stock = shutil.copytree(course, tmp_path_factory.mktemp("stock") / "course")
    report = small.safegrade(course, "--time-limit", "60", status=0)
    done = small.command(stock, sys.executable, "-m", "nbgrader", "autograde", small.ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return course, stock, report


def rows(course):
    """What grading leaves in the gradebook, by natural keys."""
    query = """
        select student.id, base_cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade
        from grade join base_cell on grade.cell_id = base_cell.id
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id
        union all
        select student.id, base_cell.name, comment.auto_comment, submitted_assignment.timestamp, null
        from comment join base_cell on comment.cell_id = base_cell.id
        join submitted_notebook on comment.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id
        union all
        select student.id, notebook.name, submitted_notebook.late_submission_penalty, null, null
        from submitted_notebook join notebook on submitted_notebook.notebook_id = notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id"""
    with sqlite3.connect(course / "gradebook.db") as connection:
        return sorted(connection.execute(query).fetchall(), key=repr)


def test_the_gradebook_is_the_one_that_nbgrader_makes(both):
    ours, stocks, _ = both
    assert rows(ours) == rows(stocks)


def test_a_late_submission_pays_the_penalty_of_the_courses_own_plug_in(both):
    penalties = {row[0]: row[2] for row in rows(both[0]) if row[1] == "small" and row[2] is not None}
    earned = {"partly": 3 + 0.75, "lively": 4}  # of the first notebook, before anything is taken off
    assert penalties == {"partly": pytest.approx(0.2 * earned["partly"]), "lively": earned["lively"]}
    assert both[2]["partly"]["score"] == pytest.approx(0.8 * (earned["partly"] + 1))
    assert both[2]["lively"]["score"] == 0


def test_a_notebook_that_is_missing_among_others_scores_zero(both):
    assert [row for row in rows(both[0]) if row[:2] == ("meddler", "triple-visible")] == [
        ("meddler", "triple-visible", 0, None, 0)]
    assert both[2]["meddler"]["remarks"] == ["missing file second.ipynb"]


def test_locked_cells_are_the_instructors_again(both):
    notebook = small.graded(both[0], "meddler")
    for name in MEDDLING:
        assert small.cell(notebook, name).source == small.cell(small.graded(both[0], "honest"), name).source
    assert both[2]["meddler"]["score"] == small.FULL - 2


def test_the_notebook_shows_what_a_kernel_shows(both):
    ours, stocks, _ = both
    for student in STUDENTS:
        pairs = zip(small.graded(ours, student).cells, small.graded(stocks, student).cells, strict=True)
        for mine, theirs in pairs:
            assert (mine.cell_type, mine.source) == (theirs.cell_type, theirs.source)
            assert mine.metadata.get("nbgrader") == theirs.metadata.get("nbgrader")
            if mine.cell_type == "code":
                assert mine.execution_count == theirs.execution_count
                shown = [[kinds(output) for output in merged(cell)] for cell in (mine, theirs)]
                assert shown[0] == shown[1], (student, mine.source)


def kinds(output):
    """An output without its picture's bytes, and without colours and frames of a traceback."""
    if output.output_type == "stream":
        return output.name, output.text
    if output.output_type == "error":
        return output.ename, output.evalue
    return output.output_type, sorted(output.data), output.data.get("text/plain")


def merged(cell):
    """Outputs with neighbouring pieces of one stream put together, as a kernel sends them as they come, and
    without the record of calls, which a kernel doesn't make."""
    found = []
    for output in cell.outputs:
        if MIME in output.get("data", {}):
            continue
        last = found[-1] if found else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            found.append(output)
    return found


def test_an_error_shows_the_students_lines_and_none_of_the_graders(both):
    error = next(o for o in small.cell(small.graded(both[0], "lively"), "total-visible").outputs
                 if o.output_type == "error")
    text = "\n".join(error.traceback)
    assert "safegrade" not in text and error.ename == "KeyError" and error.evalue == "4"
    # the test's line and the student's
    assert len([entry for entry in error.traceback if "total" in entry]) >= 2


def test_the_report_has_scores_and_what_waits_for_a_person(both):
    report = both[2]
    assert report["honest"]["score"] == small.FULL + 1 and report["honest"]["manual"]
    assert report["unfinished"]["score"] == 1 and not any(entry["needs_human"] for entry in report.values())


def test_feedback_and_export_go_on_as_before(both):
    for words in (["generate_feedback", small.ASSIGNMENT], ["export"]):
        done = small.command(both[0], sys.executable, "-m", "nbgrader", *words)
        assert done.returncode == 0, done.stderr
    page = (both[0] / "feedback" / "partly" / small.ASSIGNMENT / f"{small.ASSIGNMENT}.html").read_text()
    assert "Divide by N." in page
    assert len((both[0] / "grades.csv").read_text().splitlines()) == 1 + len(STUDENTS)


def test_only_what_is_new_is_graded_again(both):
    course = both[0]
    graded = course / "autograded" / "honest" / small.ASSIGNMENT
    first = graded.stat().st_ino
    assert all(entry["skipped"] for entry in small.safegrade(course).values())
    folder = course / "submitted" / "honest" / small.ASSIGNMENT
    (folder / "timestamp.txt").write_text("2026-01-02 10:00:00 UTC")
    report = small.safegrade(course)
    assert {name for name, entry in report.items() if not entry["skipped"]} == {"honest"}
    assert graded.stat().st_ino != first
    before = rows(course)
    small.safegrade(course, "--student", "partly", "--force")
    assert rows(course) == before
