"""The rules for cells: every solution keeps them, and each breach is found and its cell named."""

import nbformat
import pytest
from course import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from safegrade.rules import broken_course_rules, broken_rules

SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))

LOCKED = 'import numpy as np\n\nnp.seterr(all="ignore")\n\n%matplotlib inline\nLIMIT = [1, 2]'
SOLUTION = "def double(x):\n    return 2 * x"
VISIBLE = 'got = double(2)\nassert np.isclose(got, 4), f"double(2) is 4,\\nyours is {got}."'
HIDDEN = """# Hidden check: other numbers.
### BEGIN HIDDEN TESTS
seed = 11  # hidden
number = np.random.default_rng(seed).normal()
expected = number + number
result = double(number)
assert np.isclose(result, expected), f"Expected {expected:.4f}, got {result:.4f}."
### END HIDDEN TESTS"""
PLOT = "import matplotlib.pyplot as plt\n\nplt.plot([double(1), double(2)])\nplt.show()"


def cell(name, source, points=None, make=new_code_cell, **marks):
    roles = {"grade": False, "solution": False, "locked": False, **marks}
    nbgrader = {"grade_id": name, "schema_version": 3, "task": False, **roles}
    if points is not None:
        nbgrader["points"] = points
    return make(source, id=name, metadata={"nbgrader": nbgrader})


def notebook(**changes):
    """A notebook that keeps every rule, except for the cells whose source is given by keyword."""
    cells = {
        "setup": cell("setup", LOCKED, locked=True),
        "double": cell("double", SOLUTION, solution=True),
        "double_visible": cell("double-visible", VISIBLE, points=1, grade=True, locked=True),
        "double_hidden": cell("double-hidden", HIDDEN, points=2, grade=True, locked=True),
        "plot": new_code_cell(PLOT, id="plot", metadata={"tags": ["nbval-ignore-output"]}),
        "words": cell("words", "Because.", points=2, make=new_markdown_cell, grade=True, solution=True),
        "closing": new_code_cell("from thing import module", id="closing"),
    }
    for name, source in changes.items():
        cells[name].source = source
    return new_notebook(cells=list(cells.values()))


def breaches(nb):
    return {(violation.cell, violation.rule) for violation in broken_rules(nb)}


def course_breaches(nb):
    return {(violation.cell, violation.rule) for violation in broken_course_rules(nb, "thing.module", 3, 2)}


def test_there_are_solutions_to_check():
    assert SOLUTIONS


@pytest.mark.parametrize("path", SOLUTIONS, ids=[path.stem for path in SOLUTIONS])
def test_every_solution_keeps_the_rules(path):
    nb = nbformat.read(path, as_version=4)
    found = broken_rules(nb) + broken_course_rules(nb, f"varinf.{path.stem}")
    assert not found, f"{path.name}:\n" + "\n".join(map(str, found))


def test_a_notebook_that_keeps_the_rules_has_no_breach():
    assert broken_rules(notebook()) == [] and course_breaches(notebook()) == set()


def test_a_breach_reads_as_a_sentence_about_a_cell():
    (violation,) = broken_rules(notebook(double_visible=VISIBLE + "\ngot"))
    assert str(violation).startswith("double-visible: ends in an expression")


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        ("syntax", "double", "def double(x:"),
        ("hidden-body", "double_hidden", HIDDEN + "\nleft_outside = 1"),
        ("hidden-body", "double_hidden", HIDDEN.replace("# Hidden check: other numbers.\n", "")),
        ("hidden-body", "double_hidden", HIDDEN.replace("### END HIDDEN TESTS", "")),
        ("last-statement", "double_visible", VISIBLE + "\nnp.isclose(got, 4)"),
        ("locked-data", "setup", LOCKED + "\n\ndef helper(x):\n    return x"),
        ("locked-data", "setup", LOCKED + "\nhelper = lambda x: x"),
        ("locked-data", "setup", LOCKED + "\nfor i in LIMIT:\n    LIMIT[0] = i"),
        ("locked-data", "setup", LOCKED + "\nanswer = double(2)"),
        ("locked-data", "setup", LOCKED + "\ndraws = np.random.default_rng(1).normal(size=3)"),
        ("locked-data", "setup", LOCKED + "\n%load_ext autoreload"),
        ("locked-data", "setup", LOCKED + "\n!ls"),
        ("seterr", "setup", LOCKED.replace('np.seterr(all="ignore")', "")),
        ("seterr", "setup", LOCKED.replace('all="ignore"', 'all="warn"')),
        ("test-imports", "double_visible", "import math\n" + VISIBLE),
        ("test-names", "double_visible", VISIBLE.replace("np.isclose", "math.isclose")),
        ("own-task", "double_visible", VISIBLE.replace("double(2)", "4")),
        ("test-plain", "double_visible", VISIBLE + "\nassert isinstance(got, float), 'A float.'"),
        ("test-plain", "double_visible", VISIBLE + "\nassert inspect.getsource(double), 'No source.'"),
        ("test-plain", "double_visible", "class Odd:\n    pass\n\n\n" + VISIBLE),
        ("test-plain", "double_visible", VISIBLE + "\nassert all(v > 0 for v in [got]), 'Positive.'"),
        ("test-plain", "double_visible", "def numbers():\n    yield 1\n\n\n" + VISIBLE),
        ("test-plain", "double_visible", "start = time.perf_counter()\n" + VISIBLE),
        ("test-plain", "double_visible", "draw = np.random.normal()\n" + VISIBLE),
        ("test-plain", "double_visible", "%timeit double(1)\n" + VISIBLE),
        ("messages", "double_visible", "got = double(2)\nassert np.isclose(got, 4)"),
        ("messages", "double_visible", "got = double(2)"),
        ("messages", "double_visible", VISIBLE.replace("double(2) is 4,", "x" * 71)),
        ("messages", "double_visible", VISIBLE.replace("yours is {got}", "x" * 60 + "{got} and {got}")),
        ("messages", "double_visible", f'hint = "{"x" * 71}"\n' + VISIBLE),
        ("expected-first", "double_visible", "value = np.ones(2)\ngot = double(value)\n"
                                             "assert np.allclose(got, 2 * value), 'Twice as much.'"),
        ("plots", "double", SOLUTION + "\n\nplt.plot([1])"),
        ("plots", "double_visible", "plt.plot([1])\n" + VISIBLE),
    ],
)
def test_a_cell_that_breaks_a_rule_is_named(rule, name, source):
    assert (name.replace("_", "-"), rule) in breaches(notebook(**{name: source}))


def test_rebinding_a_name_makes_it_fresh():
    fresh = "value = np.ones(2)\ngot = double(value)\nvalue = np.ones(2)\n" \
        "assert np.allclose(got, 2 * value), 'Twice as much.'"
    assert breaches(notebook(double_visible=fresh)) == set()


@pytest.mark.parametrize("missing", ["double_visible", "double_hidden"])
def test_a_task_without_both_its_tests_is_named(missing):
    nb = notebook()
    nb.cells = [c for c in nb.cells if c.id != missing.replace("_", "-")]
    assert ("double", "two-tests") in breaches(nb)


def test_a_task_with_two_visible_tests_is_named():
    assert breaches(notebook(double_hidden=VISIBLE)) == {("double", "two-tests")}


def test_the_visible_test_comes_first():
    nb = notebook()
    nb.cells[2], nb.cells[3] = nb.cells[3], nb.cells[2]
    assert breaches(nb) == {("double", "two-tests")}


def test_a_test_before_any_task_is_named():
    nb = notebook()
    nb.cells.insert(1, cell("stray", VISIBLE, points=1, grade=True, locked=True))
    assert ("stray", "two-tests") in breaches(nb)


def test_a_test_without_points_is_named():
    nb = notebook()
    nb.cells[2].metadata.nbgrader.points = 0
    assert breaches(nb) == {("double-visible", "points")}


def test_a_test_that_calls_another_tasks_function_is_named():
    nb = notebook(double_visible=VISIBLE + "\nassert triple(1) == 3, 'Three.'")
    nb.cells += [
        cell("triple", "def triple(x):\n    return 3 * x", solution=True),
        cell("triple-visible", VISIBLE.replace("double", "triple"), points=1, grade=True),
        cell("triple-hidden", HIDDEN.replace("double", "triple"), points=2, grade=True),
    ]
    assert breaches(nb) == {("double-visible", "own-task")}


@pytest.mark.parametrize("later", [
    "print(expected)",
    "expected += 1",
    "def show():\n    return expected",
    "for i in range(2):\n    print(i, expected)",
])
def test_a_test_that_leaves_a_name_for_a_later_cell_is_named(later):
    assert breaches(notebook(plot=later)) == {("double-hidden", "leaks")}


@pytest.mark.parametrize("later", [
    "expected = 1\nprint(expected)",
    "for expected in range(2):\n    print(expected)",
    "print([expected for expected in range(2)])",
    "def show(expected):\n    return expected",
])
def test_a_later_cell_with_its_own_name_is_no_leak(later):
    assert breaches(notebook(plot=later)) == set()


def test_a_plot_without_its_tag_is_named():
    nb = notebook()
    nb.cells[4].metadata.tags = []
    assert breaches(nb) == {("plot", "plots")}


def test_a_stored_picture_is_named():
    nb = notebook()
    nb.cells[4].outputs = [new_output("display_data", {"image/png": "aGk=", "text/plain": "<Figure>"})]
    assert breaches(nb) == {("plot", "plots")}


def test_a_notebook_without_a_locked_cell_is_reported():
    nb = notebook()
    nb.cells = nb.cells[1:]
    assert ("double", "seterr") in breaches(nb)
    assert ("notebook", "seterr") in breaches(new_notebook())


def test_totals_that_differ_from_the_courses_are_reported():
    nb = notebook()
    nb.cells[3].metadata.nbgrader.points = 3
    assert course_breaches(nb) == {("notebook", "totals")}
    nb.cells[3].metadata.nbgrader.points = 2
    nb.cells[5].metadata.nbgrader.points = 1
    assert course_breaches(nb) == {("notebook", "totals")}


@pytest.mark.parametrize("hidden", [
    HIDDEN.replace("seed = 11  # hidden\n", "seed = 11\n"),
    HIDDEN.replace("seed = 11  # hidden\n", "import math\nseed = 11  # hidden\n"),
    HIDDEN.replace("seed = 11  # hidden\n", "seed = 11  # hidden\nseed = 12  # hidden\n"),
    HIDDEN.replace("default_rng(seed)", "default_rng(11)"),
])
def test_hidden_inputs_that_do_not_come_from_a_seed_are_named(hidden):
    assert course_breaches(notebook(double_hidden=hidden)) == {("double-hidden", "seed")}


def test_two_hidden_tests_do_not_share_a_seed():
    nb = notebook()
    nb.cells += [
        cell("triple", "def triple(x):\n    return 3 * x", solution=True),
        cell("triple-visible", VISIBLE.replace("double", "triple"), points=0, grade=True),
        cell("triple-hidden", HIDDEN.replace("double", "triple"), points=0, grade=True),
    ]
    assert course_breaches(nb) >= {("triple-hidden", "seed")}


def test_cells_are_called_after_the_function_they_test():
    nb = notebook()
    nb.cells[2].metadata.nbgrader.grade_id = "check-1"
    assert course_breaches(nb) == {("check-1", "names")}
    assert course_breaches(notebook(double="def twice(x):\n    return 2 * x")) == {("double", "names")}


@pytest.mark.parametrize(
    "line", ["from thing import module", "import thing.module as m", "from thing.module import name"]
)
def test_leaning_on_the_assignments_own_module_is_named(line):
    assert course_breaches(notebook(double=line + "\n\n" + SOLUTION)) == {("double", "own-module")}
