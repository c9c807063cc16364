"""What `make release` writes: stamped exercises in step with the solutions, and private courses."""

import importlib.util
import subprocess
import sys
from copy import deepcopy

import nbformat
import pytest
from course import ROOT, make_course
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from safegrade.release import METADATA_KEY, StampRelease, fingerprint, private_seed, reseed

RELEASED = sorted(ROOT.glob("exercises/*/*.ipynb"))


def graded(source, grade_id, points=0, solution=False):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id, "grade": bool(points), "solution": solution, "locked": not solution,
        "points": points, "task": False, "schema_version": 3,
    }
    return cell


def small_notebook():
    """One task, with a hidden test whose inputs come from a seed."""
    answer = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    hidden = (
        "### BEGIN HIDDEN TESTS\nseed = 11  # hidden\nx = seed % 1009\ngot = double(x)\n"
        "assert got == 2 * x, f'twice {x} is {2 * x}'\n### END HIDDEN TESTS"
    )
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        cells=[
            new_markdown_cell("# A small assignment"),
            graded(answer, "double", solution=True),
            graded("got = double(4)\nassert got == 8, 'twice 4 is 8'", "double-visible", 1),
            graded(hidden, "double-hidden", 2),
        ],
    )


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """tools/release.py at work in a course of its own with one small assignment."""
    spec = importlib.util.spec_from_file_location("release_tool", ROOT / "tools" / "release.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    course = make_course(tmp_path / "course")
    (course / "solutions" / "small").mkdir(parents=True)
    nbformat.write(small_notebook(), course / "solutions" / "small" / "small.ipynb")
    monkeypatch.setattr(tool, "ROOT", course)
    return tool


def stamped(nb):
    stamp = StampRelease(version="1.2")
    return stamp.preprocess(deepcopy(nb), {"nbgrader": {"assignment": "small"}})[0]


def test_exercises_are_in_step_with_solutions():
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "release.py", "--check"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_released_notebook_shows_neither_solution_nor_hidden_test_nor_output(path):
    text = path.read_text(encoding="utf-8")
    for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "# hidden"):
        assert mark not in text
    code = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_released_notebook_names_the_source_it_came_from(path):
    source = nbformat.read(ROOT / "solutions" / path.parent.name / path.name, as_version=4)
    nb = nbformat.read(path, as_version=4)
    stamp = nb.metadata[METADATA_KEY]
    assert stamp["assignment"] == path.parent.name
    assert stamp["release"].split("+")[1] == fingerprint(source)
    assert stamp["release"] in nb.cells[0].source, "a student should be able to quote the release"


def test_every_change_a_student_could_feel_is_another_release():
    nb = small_notebook()
    changed = [deepcopy(nb) for _ in range(4)]
    changed[0].cells[0].source += " "
    changed[1].cells[1].source = changed[1].cells[1].source.replace("2 * x", "x + x")
    changed[2].cells[3].source = changed[2].cells[3].source.replace("11", "12")
    changed[3].cells[2].metadata["nbgrader"]["points"] = 3
    assert len({fingerprint(nb), *map(fingerprint, changed)}) == 5


def test_running_a_solution_makes_no_new_release():
    nb, run = small_notebook(), small_notebook()  # two notebooks, whose cell ids differ
    run.cells[1].update(execution_count=7, outputs=[new_output("stream", name="stdout", text="hi")])
    assert [cell.id for cell in nb.cells] != [cell.id for cell in run.cells]
    assert fingerprint(run) == fingerprint(nb)


def test_the_stamp_leaves_an_answer_cell_alone():
    nb = small_notebook()
    nb.cells[0].metadata["nbgrader"] = {"solution": True, "grade": True, "grade_id": "written", "points": 2}
    assert stamped(nb).cells[0].source == nb.cells[0].source
    assert stamped(nb).metadata[METADATA_KEY]["release"] == f"1.2+{fingerprint(nb)}"


def test_only_marked_seeds_are_replaced_each_by_a_number_of_its_own():
    nb = small_notebook()
    nb.cells[1].source += "\nseed = 5"
    nb.cells[3].source += "\nseed = 11  # hidden"
    unseeded = "### BEGIN HIDDEN TESTS\nassert double(1) == 2\n### END HIDDEN TESTS"
    nb.cells.append(graded(unseeded, "fixed-hidden", 1))
    varied, unvaried = reseed(nb, "a secret")
    assert (varied, unvaried) == (["double-hidden"], ["fixed-hidden"])
    assert nb.cells[1].source.endswith("seed = 5")
    first, second = private_seed("a secret", "double-hidden"), private_seed("a secret", "double-hidden", 1)
    assert f"seed = {first}  # hidden\nx = seed" in nb.cells[3].source
    assert nb.cells[3].source.endswith(f"seed = {second}  # hidden")
    other_secret = private_seed("another", "double-hidden")
    other_cell = private_seed("a secret", "fixed-hidden")
    assert len({first, second, other_secret, other_cell}) == 4


def test_an_edited_solution_is_reported_until_it_is_released(tool, capsys):
    tool.release(check=False)
    tool.release(check=True)
    source = tool.ROOT / "solutions" / "small" / "small.ipynb"
    source.write_text(source.read_text().replace("twice 4", "double 4"))
    with pytest.raises(SystemExit, match="run make release:\n  small/small.ipynb"):
        tool.release(check=True)
    tool.release(check=False)
    assert capsys.readouterr().out.endswith("released exercises/small/small.ipynb\n")
    tool.release(check=True)


def test_a_release_does_not_overwrite_anybodys_work(tool):
    tool.release(check=False)
    folder = tool.ROOT / "exercises" / "small"
    unfinished = (folder / "small.ipynb").read_text()
    answered = unfinished.replace("raise NotImplementedError()", "return x + x")
    (folder / "small.ipynb").write_text(answered)
    with pytest.raises(SystemExit, match="exercises/small/small.ipynb holds answers"):
        tool.release(check=False)
    assert (folder / "small.ipynb").read_text() == answered

    (folder / "small.ipynb").write_text(unfinished)
    (folder / "scratch.ipynb").write_text(answered)
    with pytest.raises(SystemExit, match="exercises/small/scratch.ipynb comes from no solution"):
        tool.release(check=False)
    assert (folder / "scratch.ipynb").read_text() == answered


def test_a_private_course_is_complete_and_its_hidden_tests_are_its_own(tool):
    tool.release(check=False)
    course = tool.ROOT / "private"
    course.mkdir()  # an empty folder is as good as none
    tool.private_release("a secret", course)
    assert {path.name for path in course.iterdir()} == {
        "nbgrader_config.py", "solutions", "exercises", "gradebook.db", ".gitignore"
    }
    assert (course / ".gitignore").read_text() == "*\n", "in a checkout nobody must commit it by oversight"

    notebook = "small/small.ipynb"
    public = (tool.ROOT / "solutions" / notebook).read_text()
    seed = private_seed("a secret", "double-hidden")
    assert (course / "solutions" / notebook).read_text() == public.replace("seed = 11 ", f"seed = {seed} ")

    releases = [
        nbformat.read(folder / "exercises" / notebook, as_version=4).metadata[METADATA_KEY]["release"]
        for folder in (tool.ROOT, course)
    ]
    assert releases[0] != releases[1], "a notebook handed in must tell which hidden tests it is for"


def test_a_course_in_use_is_left_as_it_is(tool, tmp_path):
    course = tmp_path / "mine"
    (course / "submitted" / "somebody" / "small").mkdir(parents=True)
    (course / "gradebook.db").touch()
    with pytest.raises(SystemExit, match="left as it is: it holds submitted, gradebook.db"):
        tool.private_release("a secret", course)
    assert sorted(path.name for path in course.iterdir()) == ["gradebook.db", "submitted"]


def test_a_seed_under_which_the_solution_fails_makes_no_course(tool, tmp_path):
    source = tool.ROOT / "solutions" / "small" / "small.ipynb"
    source.write_text(source.read_text().replace("x = seed % 1009", "x = seed - 11 and None"))
    with pytest.raises(SystemExit, match="small: the solution fails a check under this seed"):
        tool.private_release("a secret", tmp_path / "mine")
    assert not (tmp_path / "mine").exists()
