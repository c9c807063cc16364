"""Which modules are hidden while an assignment is graded; no assignment needs what is hidden from it."""

import nbformat
import pytest
from course import ROOT
from safegrade.notebooks import imported_modules
from safegrade.settings import SafeGrade
from traitlets.config import Config, PyFileConfigLoader

NAMES = sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())


def hidden(modules, assignment):
    return SafeGrade(config=Config(SafeGrade={"hidden_modules": modules})).hidden(assignment)


def test_a_list_is_hidden_from_every_assignment():
    assert hidden(["lib.{assignment}", "other"], "one") == ["lib.one", "other"]
    assert hidden([], "one") == []


def test_a_table_hides_what_is_under_the_assignments_name_and_what_is_under_the_star():
    table = {"*": ["lib.{assignment}"], "one": ["other", "lib.one"]}
    assert hidden(table, "one") == ["lib.one", "other"]
    assert hidden(table, "two") == ["lib.two"]


@pytest.fixture(scope="module")
def course_settings():
    return SafeGrade(config=PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config())


def test_each_assignment_hides_its_own_module_and_divergence_the_distributions_too(course_settings):
    assert all(f"varinf.{name}" in course_settings.hidden(name) for name in NAMES)
    assert "varinf.distributions" in course_settings.hidden("divergence")
    assert "varinf.distributions" not in course_settings.hidden("evidence")


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_and_no_locked_cell_needs_a_hidden_module(course_settings, name):
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    graded = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.metadata.get("nbgrader")]
    assert graded
    for cell in graded:
        if not cell.metadata.nbgrader.grade:  # a test may use what it likes: it runs on the instructor's side
            assert imported_modules(cell.source).isdisjoint(course_settings.hidden(name)), cell.source
