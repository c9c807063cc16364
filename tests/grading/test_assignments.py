"""Each assignment as a whole, graded by nbgrader: nothing done, and everything done."""

import ast
import builtins
import functools
import math
import statistics

import numpy
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
import varinf.distributions
import varinf.evidence
from pipeline import a_course, assignments, solution_notebook
from safegrade.rules import name_of, role, tasks

AUTOMATIC, BY_HAND = 18, 2


@functools.cache
def marks(assignment):
    """What two notebooks get, graded in one run: {"unfinished": Marks, "solved": Marks}."""
    solved = {name_of(cell): cell.source for cell in solution_notebook(assignment).cells
              if role(cell) in ("solution", "manual")}
    return a_course().grade(assignment, {"unfinished": {}, "solved": solved})


@pytest.mark.parametrize("assignment", assignments())
def test_an_unfinished_notebook_runs_to_the_end_and_scores_zero(assignment):
    unfinished = marks(assignment)["unfinished"]
    assert unfinished.executed == unfinished.code_cells > 0
    assert set(unfinished.points.values()) == {0}


@pytest.mark.parametrize("assignment", assignments())
def test_the_solution_scores_18_and_waits_for_2_by_hand(assignment):
    solved = marks(assignment)["solved"]
    assert solved.messages == {}
    assert sum(points or 0 for points in solved.points.values()) == AUTOMATIC
    assert sum(solved.max_points[cell] for cell, points in solved.points.items() if points is None) == BY_HAND
    assert sum(solved.max_points.values()) == AUTOMATIC + BY_HAND


@pytest.mark.parametrize("assignment", assignments())
def test_a_student_sees_neither_solutions_nor_hidden_tests_nor_the_mark_scheme(assignment):
    released = a_course().released(assignment)
    text = "\n".join(cell.source for cell in released.cells)
    for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "# hidden"):
        assert mark not in text
    for solved, task in zip(tasks(solution_notebook(assignment)), tasks(released), strict=True):
        assert solved.solution.source != task.solution.source
        assert "raise NotImplementedError()" in task.solution.source
    assert not any(cell.get("outputs") for cell in released.cells)


@pytest.mark.parametrize("assignment", assignments())
def test_no_test_binds_a_name_that_a_student_is_likely_to_have_imported(assignment):
    """nbgrader, and Validate, run tests and answers in one kernel: a test that binds `mean` would break
    the answer that had imported it."""
    modules = [builtins, math, statistics, numpy, numpy.linalg, scipy.integrate, scipy.special, scipy.stats,
               varinf.distributions, varinf.evidence]
    for cell in solution_notebook(assignment).cells:
        if role(cell) == "test":
            nodes = list(ast.walk(ast.parse(cell.source)))
            stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
            stored += [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
            taken = {name: module.__name__ for name in stored for module in modules if hasattr(module, name)}
            assert not taken, f"{name_of(cell)} binds {taken}"
