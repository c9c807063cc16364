"""What makes workers quick and must not make them different."""

import os
import shutil

import nbformat
import pytest
import small
from safegrade import examiner, names, pool
from safegrade.cli import configuration
from safegrade.course import Course
from safegrade.slot import descendants


@pytest.fixture
def settings(released_course, tmp_path, monkeypatch):
    """What the workers of the small course are told, after its release got some imports."""
    course = shutil.copytree(released_course, tmp_path / "course")
    notebook = small.released(course)
    small.cell(notebook, "double").source = "import fractions\nfrom varinf import evidence, divergence\n"
    nbformat.write(notebook, course / "exercises" / small.ASSIGNMENT / f"{small.ASSIGNMENT}.ipynb")
    monkeypatch.chdir(course)
    app = configuration(course)
    with Course(app.coursedir, app.config, small.ASSIGNMENT) as open_course:
        yield open_course.worker_settings


def test_what_the_release_imports_is_loaded_beforehand_but_for_hidden_modules(settings):
    preload = settings()["preload"]
    assert {"numpy", "fractions", "varinf.divergence"} <= set(preload)
    assert "varinf.evidence" not in preload


def test_without_a_release_the_locked_cells_are_enough(settings):
    shutil.rmtree("exercises")
    preload = settings()["preload"]
    assert "numpy" in preload and "fractions" not in preload


def test_a_worker_for_every_core_keeps_to_it_with_all_that_it_starts(settings):
    cores = os.sched_getaffinity(0)
    with pool.Pool(len(cores), settings(), 60) as workers:
        assert [worker.hear() for worker in workers.workers] == ["ready"] * len(cores)
        kept = [{core for process in [worker.process.pid, *descendants(worker.process.pid)]
                 for core in os.sched_getaffinity(process)} for worker in workers.workers]
    assert set().union(*kept) == cores and sum(map(len, kept)) == len(cores)


def test_another_number_of_workers_goes_where_there_is_room(settings):
    cores = os.sched_getaffinity(0)
    with pool.Pool(len(cores) + 1, settings(), 60) as workers:
        assert workers.workers[0].hear() == "ready"
        assert os.sched_getaffinity(workers.workers[0].process.pid) == cores


@pytest.mark.parametrize(("source", "plain"), [
    ("x = 1", True), ("def f():\n    return 1", True), ("", False), ("%matplotlib inline\nx = 1", False),
    ("!ls", False), ("x = %who", False), ("def f(:", False)])
def test_plain_python_is_told_from_magics(source, plain):
    assert names.is_python(source) == plain


def test_the_examiner_reads_magics_and_heeds_transformers():
    shell = examiner.TrustedShell()
    assert shell.transform_cell("x = 1") == "x = 1\n"
    assert "run_line_magic" in shell.transform_cell("%time x = 1")
    shell.input_transformers_post.append(lambda lines: [line.replace("1", "2") for line in lines])
    assert shell.transform_cell("x = 1") == "x = 2\n"
