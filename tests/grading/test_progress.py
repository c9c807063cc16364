"""`varinf-progress`: the points of the visible checks, from whatever a student's notebooks are."""

import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from course import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum
from varinf.progress import kernel
from varinf.progress.cells import marks, notebooks
from varinf.progress.command import main
from varinf.progress.sheet import look_at

NAMES = sorted(path.stem for path in (ROOT / "exercises").glob("*/*.ipynb"))
STUB = "def {0}(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
RIGHT = "def {0}(x):\n    return 2 * x"


def released(name):
    return nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4)


def solved(name):
    """The released notebook with the solution's answers, without the cells that only show something."""
    notebook = released(name)
    source = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    for cell, answer in zip(notebook.cells, source.cells, strict=True):
        if marks(cell).get("solution"):
            cell.source = answer.source
    notebook.cells = [cell for cell in notebook.cells if marks(cell)]
    return notebook


def marked(cell, name, **roles):
    cell.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False,
                                 "locked": False, "task": False, **roles}
    cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    return cell


def small(imports="import math", **answers):
    """A notebook with the tasks one, two and three; those not among `answers` keep their stubs."""
    cells = [marked(new_code_cell(imports), "imports", locked=True)]
    for task in ("one", "two", "three"):
        cell = marked(new_code_cell(STUB.format(task)), task, solution=True)
        cell.source = answers.get(task, cell.source)
        visible = f'got = {task}(2)\nassert got == 4, f"{task}(2) is 4, yours is {{got}}.\\nThink twice."'
        cells += [
            cell,
            marked(new_code_cell(visible), f"{task}-visible", grade=True, locked=True, points=1),
            marked(new_code_cell("# Hidden check: more."), f"{task}-hidden", grade=True, locked=True, points=2),
        ]
    words = marked(new_markdown_cell("YOUR ANSWER HERE"), "words", grade=True, solution=True, points=2)
    words.source = answers.get("words", words.source)
    return new_notebook(cells=[*cells, words])


def put(folder, notebook, name="small"):
    path = Path(folder) / f"{name}.ipynb"
    path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook), encoding="utf-8")
    return path


def looked_at(tmp_path, notebook, time_limit=60):
    return look_at(put(tmp_path, notebook), time_limit)


def states(sheet):
    return {check.task: check.status for check in sheet.checks if check.kind != "hidden"}


def messages(sheet):
    return {check.task: check.message for check in sheet.checks if check.kind == "visible"}


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_has_all_the_visible_points(tmp_path, name):
    sheet = looked_at(tmp_path, solved(name))
    assert {check.status for check in sheet.checks if check.kind == "visible"} == {"passed"}, messages(sheet)
    assert sheet.got == sheet.points("visible") > 0
    assert sheet.got + sheet.points("hidden") + sheet.points("written") == 20
    assert not sheet.remarks


@pytest.mark.parametrize("name", NAMES)
def test_the_release_has_none_and_nothing_in_it_has_failed(tmp_path, name):
    notebook = released(name)
    notebook.cells = [cell for cell in notebook.cells if marks(cell)]
    sheet = looked_at(tmp_path, notebook)
    assert sheet.got == 0 and sheet.points("visible") > 0
    assert set(states(sheet).values()) == {"not done yet"}
    assert set(messages(sheet).values()) == {""}


def test_a_wrong_answer_costs_its_own_point_and_its_message_is_shown(tmp_path):
    sheet = looked_at(tmp_path, small(one=RIGHT.format("one"), two="def two(x):\n    return x", words="Because."))
    assert states(sheet) == {"one": "passed", "two": "failed", "three": "not done yet", "words": "written"}
    assert messages(sheet)["two"] == "two(2) is 4, yours is 2.\nThink twice."
    assert (sheet.got, sheet.points("visible"), sheet.points("hidden"), sheet.points("written")) == (1, 3, 6, 2)


def test_an_answer_that_is_no_python_is_named_as_such(tmp_path):
    sheet = looked_at(tmp_path, small(one="def one(x)\n    return 2", two=RIGHT.format("two")))
    assert states(sheet)["one"] == "failed" and states(sheet)["two"] == "passed"
    assert messages(sheet)["one"].startswith("The cell above this check fails: SyntaxError: expected ':'")


def test_code_above_a_line_that_was_left_in_is_told_so(tmp_path):
    sheet = looked_at(tmp_path, small(one="def one(x):\n    y = 2 * x\n    raise NotImplementedError()"))
    assert states(sheet)["one"] == "not done yet"
    assert messages(sheet)["one"] == "The line `raise NotImplementedError()` is still reached: take it out."


def test_a_warning_costs_the_point_as_it_does_in_validate(tmp_path):
    warns = "def one(x):\n    import warnings\n    warnings.warn('beware')\n    return 2 * x"
    sheet = looked_at(tmp_path, small(one=warns))
    assert states(sheet)["one"] == "failed"
    assert "A warning was printed" in messages(sheet)["one"] and "beware" in messages(sheet)["one"]


def test_an_endless_loop_is_stopped_and_the_rest_goes_on(tmp_path):
    sheet = looked_at(tmp_path, small(one="def one(x):\n    while True:\n        pass", two=RIGHT.format("two")), 2)
    assert states(sheet)["one"] == "failed" and states(sheet)["two"] == "passed"
    assert messages(sheet)["one"] == "Stopped after 2 seconds: a loop that never ends?"


@pytest.mark.parametrize(("ends", "said"), [
    ("import os\n    os._exit(1)", "The kernel died here."),
    ("while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n"
     "            pass", "Stopped after 2 seconds, and would not stop by itself."),
])
def test_a_kernel_that_dies_or_does_not_heed_costs_one_task(tmp_path, monkeypatch, ends, said):
    monkeypatch.setattr(kernel, "STOPPING", 1)
    own = "def one(x):\n    return 2 * x\nprint('once a kernel')"
    sheet = looked_at(tmp_path, small(one=own, two=f"def two(x):\n    {ends}", three=RIGHT.format("three")), 2)
    assert states(sheet) == {"one": "passed", "two": "failed", "three": "passed", "words": "not done yet"}
    assert messages(sheet)["two"] == said


def test_a_cell_of_ones_own_that_kills_the_kernel_is_left_out_and_named(tmp_path):
    notebook = small(one=RIGHT.format("one"))
    notebook.cells.insert(1, new_code_cell("import os\nos._exit(1)"))
    sheet = looked_at(tmp_path, notebook)
    assert states(sheet)["one"] == "passed"
    assert sheet.remarks == ["cell 2: The kernel died here."]


def test_a_deleted_check_is_missed(tmp_path):
    notebook = small(one=RIGHT.format("one"))
    del notebook.cells[2:4]
    assert looked_at(tmp_path, notebook).remarks == ["one: its check is gone; grading puts it back"]


def test_a_notebook_works_in_its_own_folder(tmp_path):
    (tmp_path / "note.txt").write_text("4")
    reads = "def one(x):\n    return int(open('note.txt').read())"
    assert states(looked_at(tmp_path, small(one=reads)))["one"] == "passed"


def test_the_table_of_several_notebooks_one_line_for_each_that_cannot_be_run(tmp_path, capsys):
    exercises = tmp_path / "exercises" / "small"
    exercises.mkdir(parents=True)
    good = put(exercises, small(one=RIGHT.format("one")))
    put(tmp_path, "{\"cells\": [", "broken")
    put(tmp_path, small(imports="import nothing_of_that_name.at_all"), "lacking")
    put(tmp_path, new_notebook(cells=[new_code_cell("1 / 0")]), "unrelated")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    put(tmp_path / ".ipynb_checkpoints", small(), "small-checkpoint")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    after = lines.index(f"{tmp_path / 'broken.ipynb'}") + 1
    assert lines[after : after + 2] == ["  is not a complete notebook: download it again, or go back to a copy", ""]
    after = lines.index(f"{tmp_path / 'lacking.ipynb'}") + 1
    missing = "nothing_of_that_name"
    assert lines[after : after + 2] == [f"  {missing} is not installed: python -m pip install {missing}", ""]
    table = lines[lines.index(str(good)) :]
    assert [re.split(r"\s{2,}", line.strip()) for line in table[1:6]] == [
        ["task", "visible check", "points"], ["one", "passed", "1 / 1"], ["two", "not done yet", "0 / 1"],
        ["three", "not done yet", "0 / 1"], ["words", "not done yet", "2, marked by a person"],
    ]
    assert table[6:8] == ["  visible checks: 1 of 3 points", "  hidden checks: 6 points, known after grading"]
    assert lines[-1] == ("total: 1 of 3 points of visible checks; hidden checks: 6, written answers: 2, "
                         "known after grading")
    assert len([line for line in lines if line.endswith(".ipynb")]) == 3, "no word on what has no checks"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_without_notebooks_and_a_file_that_is_not_there(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "no notebook with checks" in capsys.readouterr().err
    assert main([str(tmp_path / "gone.ipynb")]) == 1
    assert "cannot be read: No such file or directory" in capsys.readouterr().out


def test_the_exercises_are_found_from_the_checkout_and_from_their_own_folder():
    for place in (ROOT, ROOT / "exercises"):
        assert {path.stem for path in notebooks([place])} >= set(NAMES)
        assert not any("solutions" in path.parts for path in notebooks([place]))


def test_a_time_limit_is_a_positive_number(capsys):
    with pytest.raises(SystemExit):
        main(["--time-limit", "0"])
    assert "above zero" in capsys.readouterr().err


def test_without_the_extra_one_line_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    assert main([str(tmp_path)]) == 2
    assert "with its extra `student`" in capsys.readouterr().err


def test_the_bar_is_for_a_terminal_only(tmp_path, capsys):
    shutil.copy(put(tmp_path, small()), tmp_path / "copy.ipynb")
    main([str(tmp_path / "copy.ipynb")])
    assert capsys.readouterr().err == ""
