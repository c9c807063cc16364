"""Whatever stops the grader, and whenever: the next run completes what was left, and nothing is lost."""

import contextlib
import shutil
import signal
import sys
import time

import kills
import psutil
import pytest
import small
from safegrade import pool, wire
from safegrade.cli import configuration
from safegrade.course import Course, Outcome
from safegrade.lock import Busy, Lock

# Kills itself the first time that it comes to one of these places.
KILL_AT = """
import os, signal, sys
from safegrade import cli, course

def then_die(owner, name, before):
    original = getattr(owner, name)
    def replaced(*arguments, **named):
        if before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, replaced)

then_die({owner}, "{name}", before={before})
sys.exit(cli.main({words}))
"""


@pytest.fixture(scope="module")
def handed_in(released_course, tmp_path_factory):
    course = shutil.copytree(released_course, tmp_path_factory.mktemp("handed-in") / "course")
    kills.hand_in(course, 12)
    return course


def test_killed_three_times_it_ends_as_if_it_had_not_been(handed_in, tmp_path):
    assert kills.trial(shutil.copytree(handed_in, tmp_path / "course"), 3) == []


@pytest.fixture(scope="module")
def resubmitted(released_course, tmp_path_factory):
    """A course in which one student's first submission has been graded, and a second handed in; and the same
    with the second graded by a run that nobody disturbed."""
    course = shutil.copytree(released_course, tmp_path_factory.mktemp("twice") / "course")
    folder = small.hand_in(course, "ada", small.filled(course, double="def double(x):\n    return 3 * x"))
    (folder / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    small.safegrade(course, status=0)
    shutil.rmtree(folder)
    small.hand_in(course, "ada", small.filled(course))
    (folder / "timestamp.txt").write_text("2026-01-02 10:00:00 UTC")
    calm = shutil.copytree(course, course.with_name("calm"))
    assert small.safegrade(calm, status=0)["ada"]["score"] == small.FULL
    return course, calm


PLACES = [
    ("course.Course", "prepare", False), ("course.Course", "score", False),
    ("course.Course", "move_into_place", True), ("course.os", "rename", False),
    ("course.Course", "move_into_place", False),
]


@pytest.mark.parametrize(("owner", "name", "before"), PLACES, ids=lambda value: str(value))
def test_killed_at_any_step_of_a_submission_it_goes_on_there(resubmitted, tmp_path, owner, name, before):
    course, calm = resubmitted[0], resubmitted[1]
    course = shutil.copytree(course, tmp_path / "course")
    code = KILL_AT.format(owner=owner, name=name, before=before, words=[small.ASSIGNMENT])
    assert small.command(course, sys.executable, "-c", code).returncode == -signal.SIGKILL
    small.safegrade(course, status=0)
    assert kills.differences(calm, course) == []


def test_a_newer_submission_replaces_the_older_one_and_both_stay_on_disk(resubmitted):
    calm = resubmitted[1]
    older = calm / "autograded" / ".older" / "ada" / small.ASSIGNMENT / "2026-01-01T100000Z"
    assert "3 * x" in (older / "small.ipynb").read_text()
    assert "3 * x" not in (calm / "autograded" / "ada" / small.ASSIGNMENT / "small.ipynb").read_text()


def test_an_older_submission_replaces_nothing(resubmitted, tmp_path):
    course = shutil.copytree(resubmitted[1], tmp_path / "course")
    folder = course / "submitted" / "ada" / small.ASSIGNMENT
    (folder / "timestamp.txt").write_text("2025-12-31 10:00:00 UTC")
    (folder / "small.ipynb").write_text("nothing")
    assert small.safegrade(course, status=0)["ada"]["skipped"]
    assert kills.differences(resubmitted[1], course) == []


def test_a_newer_submission_that_cannot_be_read_leaves_the_older_ones_marks(resubmitted, tmp_path):
    course = shutil.copytree(resubmitted[1], tmp_path / "course")
    folder = course / "submitted" / "ada" / small.ASSIGNMENT
    (folder / "timestamp.txt").write_text("2026-01-03 10:00:00 UTC")
    (folder / "small.ipynb").write_text("nothing")
    entry = small.safegrade(course, status=1)["ada"]
    assert entry["needs_human"] and entry["remarks"] == ["corrupt notebook: JSONDecodeError"]
    assert entry["score"] == small.FULL
    assert kills.notebooks(course) == kills.notebooks(resubmitted[1])


def test_grading_the_same_submission_again_keeps_one_copy(resubmitted, tmp_path):
    course = shutil.copytree(resubmitted[1], tmp_path / "course")
    small.safegrade(course, "--force", status=0)
    assert kills.differences(resubmitted[1], course) == []


# ------------------------------------------------------------------------------------ workers that die

DIES = """
import os, signal, sys
from pathlib import Path
from safegrade import slot

original = slot.Slot.run

def run(self, job):
    mark = Path({mark!r})
    if any("3 * x" in cell["source"] for cell in job["cells"]) and len(list(mark.iterdir())) < {deaths}:
        (mark / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, job)

slot.Slot.run = run
slot.main()
"""


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # about nbgrader's own code
@pytest.mark.parametrize(("deaths", "remarks", "score"), [
    (1, [], small.FULL - 2), (9, ["grading failed: the worker died"], 0)])
def test_the_job_of_a_worker_that_dies_is_tried_once_more_and_then_reported(
        handed_in, tmp_path, monkeypatch, deaths, remarks, score):
    course = shutil.copytree(handed_in, tmp_path / "course")
    (tmp_path / "mark").mkdir()
    program = DIES.format(mark=str(tmp_path / "mark"), deaths=deaths)
    monkeypatch.setattr(pool.Worker, "PROGRAM", ["-c", program])
    monkeypatch.chdir(course)
    app = configuration(course)
    with Course(app.coursedir, app.config, small.ASSIGNMENT) as open_course:
        students = ["s000-right", "s001-wrong", "s005-right"]
        outcomes = {student: Outcome(student) for student in students}
        with pool.Pool(1, open_course.worker_settings(), 60) as workers:
            jobs = ((student, open_course.prepare(student, outcomes[student])[0]) for student in students)
            waiting = {}
            encoded = ((student, waiting.setdefault(student, notebook).job) for student, notebook in jobs)
            for student, result in workers.run(encoded):
                open_course.finish(student, [(waiting[student], result)], outcomes[student])
        open_course.read_marks(outcomes.values())
    assert len(list((tmp_path / "mark").iterdir())) == min(deaths, pool.TRIES)
    assert outcomes["s001-wrong"].remarks == remarks
    assert [outcomes[student].score for student in students] == [small.FULL, score, small.FULL]


def test_workers_that_die_before_they_begin_are_not_replaced_for_ever(monkeypatch):
    monkeypatch.setattr(pool.Worker, "PROGRAM", ["-c", "pass"])
    with pool.Pool(2, {"unsafe": True}, 60) as workers:
        with pytest.raises(pool.SandboxError, match="before they have begun"):
            list(workers.run([("job", wire.encode(None))]))


# --------------------------------------------------------------------------------- two graders at once

def test_a_second_grader_is_told_of_the_first_and_a_dead_one_is_forgotten(handed_in, tmp_path):
    course = shutil.copytree(handed_in, tmp_path / "course")
    with Lock(course, small.ASSIGNMENT):
        done = small.command(course, *kills.command())
        assert done.returncode == 2 and "is being graded by another safegrade (process" in done.stderr
        with Lock(course, "another-assignment"):
            pass
    assert list(course.glob(".safegrade*")) == []
    killed, left = kills.kill_after(course, 0, submissions=1)
    assert killed and not left
    with Lock(course, small.ASSIGNMENT):
        pass


def test_two_graders_started_at_once_do_not_disturb_each_other(handed_in, tmp_path):
    course = shutil.copytree(handed_in, tmp_path / "course")
    calm = shutil.copytree(handed_in, tmp_path / "calm")
    graders = [psutil.Popen(kills.command(), cwd=course, stdin=-3, stdout=-3, stderr=-3) for _ in range(2)]
    assert sorted(grader.wait(120) for grader in graders) == [0, 2]
    kills.run(calm)
    assert kills.differences(calm, course) == []


def test_the_lock_is_held_by_one_of_many(tmp_path):
    with contextlib.ExitStack() as held:
        held.enter_context(Lock(tmp_path, "a"))
        for _ in range(3):
            with pytest.raises(Busy):
                Lock(tmp_path, "a").__enter__()
    started = time.monotonic()
    with Lock(tmp_path, "a"):
        assert time.monotonic() - started < 1
