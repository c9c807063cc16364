"""The command refuses, reports and isolates as it says, whoever runs it."""

import os
import sys

import pytest
import small
from safegrade import cli

TROUBLE = {
    "aa_noisy": {"double": "import sys\n\n\ndef double(x):\n    print('careful', file=sys.stderr)\n    return 2 * x"},
    "bb_slow": {"double": "def double(x):\n    while True:\n        pass"},
    "cc_crash": {"spread": "import os\n\n\ndef spread(x):\n    os._exit(0)"},
    "dd_careless": {"double": "count = [0]\n\n\ndef double(x):\n    count[0] += 1\n    return 2 * x if count[0] == 1 else 0"},
    "dd_carrying": {"double": "calls = []\n\n\ndef double(x):\n    calls.append(x)\n    return 2 * x",
                    "spread": "def spread(x):\n    return np.mean(x) + len(calls), np.std(x)"},
    "ee_object": {"total": "class Number:\n    pass\n\n\ndef total(f, n):\n    return Number()"},
    "ff_honest": {},
}


@pytest.fixture(scope="module")
def graded(course):
    for student, answers in TROUBLE.items():
        small.hand_in(course, student, small.filled(course, **answers))
    small.hand_in(course, "gg_nothing", None)
    return course, small.safegrade(course, "--workers", "1", status=0)


def test_a_warning_in_a_test_is_shown_and_not_scored(graded):
    course, report = graded
    assert report["aa_noisy"]["score"] == small.FULL
    assert "careful" in small.outputs(course, "aa_noisy", "double-visible")


def test_a_timeout_costs_its_own_task_and_says_so(graded):
    course, report = graded
    assert report["bb_slow"]["score"] == small.FULL - 2
    assert "timed out (double-visible)" in report["bb_slow"]["remarks"]
    assert "took too long" in small.outputs(course, "bb_slow", "double-hidden")


def test_a_process_that_dies_costs_its_own_task_and_says_so(graded):
    course, report = graded
    assert report["cc_crash"]["score"] == small.FULL - 2
    assert "died (spread-visible)" in report["cc_crash"]["remarks"]
    assert "exit status 0" in small.outputs(course, "cc_crash", "spread-visible")


def test_what_a_call_changes_ends_with_its_task(graded):
    course, report = graded
    assert report["dd_carrying"]["score"] == small.FULL
    assert report["dd_careless"]["score"] == small.FULL - 1  # one task's checks follow each other, as in a notebook
    assert "One number for each number" in small.outputs(course, "dd_careless", "double-hidden")


def test_an_object_that_is_no_data_is_named(graded):
    course, report = graded
    assert report["ee_object"]["score"] == small.FULL - 3
    assert "returned an object (total-visible)" in report["ee_object"]["remarks"]
    assert "type Number" in small.outputs(course, "ee_object", "total-visible")


def test_a_missing_notebook_scores_zero(graded):
    assert graded[1]["gg_nothing"]["score"] == 0
    assert graded[1]["gg_nothing"]["remarks"] == ["missing file small.ipynb"]


@pytest.fixture
def here(graded, monkeypatch):
    """In the course directory, with the command's main function at hand: a process would take seconds."""
    monkeypatch.chdir(graded[0])
    monkeypatch.setenv("PATH", os.environ["PATH"])
    return cli.main


def test_without_bubblewrap_it_refuses_in_one_line(here, monkeypatch, capsys):
    monkeypatch.setattr(cli.sandbox, "why_not", cli.sandbox.why_not.__wrapped__)
    monkeypatch.setenv("PATH", "/nowhere")
    assert here(["small"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and len(shown.err.splitlines()) == 1 and "bubblewrap" in shown.err


def test_unsafe_says_what_is_lost_and_grades(graded):
    done = small.command(graded[0], sys.executable, "-m", "safegrade.cli", "small", "--unsafe", "--force",
                         "--student", "bb_slow", "ff_honest")
    assert done.returncode == 0 and "with your rights" in done.stderr
    assert f"{small.FULL}/{small.FULL + 2}" in done.stdout and "timed out" in done.stdout


def test_check_names_the_cells_that_break_the_rules(here, capsys):
    assert here(["small", "--check"]) == 1
    shown = capsys.readouterr().out
    assert "total-parts" in shown and "last-statement" in shown


@pytest.mark.parametrize("words", [["nothing"], ["small", "--student", "nobody"]], ids=["assignment", "student"])
def test_what_does_not_exist_is_said_in_one_line(here, capsys, words):
    assert here(words) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
