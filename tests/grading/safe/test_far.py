"""The same marks from workers elsewhere: a Dask scheduler and its workers, started apart from the grader, in
another folder and, where there is one to choose, as another user."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import kills
import psutil
import pytest
import safegrade
import small
from distributed import Client
from users import as_user, give

USER = 64998
SUBMISSIONS = 10


class Cluster:
    """A scheduler and workers on 127.0.0.1, separate processes that end with the test."""

    def __init__(self, folder):
        self.folder, self.started = folder, contextlib.ExitStack()
        self.file = folder / "scheduler.json"
        self.scheduler = self.start("dask_scheduler", "--port", "0", "--scheduler-file", str(self.file))
        self.wait_for(self.file.exists)
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, program, *options, beginning=(), **environment):
        command = [*map(str, beginning), sys.executable, "-m", f"distributed.cli.{program}", *options,
                   "--host", "127.0.0.1", "--no-dashboard"]
        with open(self.folder / "log", "a") as log:
            process = psutil.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**os.environ, **environment})
        self.started.callback(self.end, process)
        return process

    def worker(self, name, **environment):
        """A worker with a folder of its own; another user's, when the tests run as root."""
        folder = self.folder / name
        folder.mkdir()
        beginning = []
        if os.geteuid() == 0:
            give(self.folder, USER)
            beginning = as_user(USER, self.folder)
        return self.start(
            "dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--name", name,
            "--local-directory", str(folder), beginning=beginning, **environment)

    def wait_for(self, what, seconds=60):
        until = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.02)

    def end(self, process):
        """Kill it and what it has started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for below in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    below.kill()
        process.wait()

    def close(self):
        self.started.close()


def dask_process(worker):
    """The Dask worker itself: bubblewrap stands above it where it is another user's."""
    for process in [worker, *worker.children(recursive=True)]:
        if "distributed.cli.dask_worker" in process.cmdline() and "python" in Path(process.exe()).name:
            return process


@pytest.fixture
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def handed_in(released_course, tmp_path_factory):
    course = shutil.copytree(released_course, tmp_path_factory.mktemp("handed-in") / "course")
    kills.hand_in(course, SUBMISSIONS)
    course.chmod(0o700)
    return course


@pytest.fixture(scope="module")
def near(handed_in, tmp_path_factory):
    """The same submissions graded by this machine's own workers."""
    course = shutil.copytree(handed_in, tmp_path_factory.mktemp("near") / "course")
    kills.run(course)
    return course


@pytest.fixture
def course(handed_in, tmp_path):
    return shutil.copytree(handed_in, tmp_path / "course")


def start(course, address):
    return psutil.Popen(kills.command("--scheduler", address, "--json"), cwd=course, stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ends(grader, seconds=120):
    """(exit status, what it printed, what it complained of)"""
    printed, complaints = grader.communicate(timeout=seconds)
    return grader.returncode, printed, complaints


def test_workers_elsewhere_give_the_same_marks_though_one_is_killed(cluster, course, near):
    workers = [cluster.worker("one"), cluster.worker("two")]
    with Client(cluster.address) as client:
        client.wait_for_workers(2, timeout=60)
        if os.geteuid() == 0:  # nobody reads the course there
            assert set(client.run(os.access, str(course / "gradebook.db"), os.R_OK).values()) == {False}
            assert set(client.run(os.geteuid).values()) == {USER}
    grader = start(course, cluster.address)
    cluster.wait_for(lambda: kills.graded(course) >= 2)
    dask_process(workers[0]).kill()
    graded = kills.graded(course)
    status, printed, complaints = ends(grader)
    assert status == 0, complaints
    assert graded < SUBMISSIONS and '"Dask workers: 2"' in printed
    assert kills.differences(near, course) == []
    # the worker that is left has ended what it kept warm, and goes when the scheduler goes
    left = dask_process(workers[1])
    cluster.wait_for(lambda: left.children() == [])
    cluster.scheduler.kill()
    left.wait(30)


def test_a_scheduler_that_dies_loses_nothing(cluster, course, near):
    worker = cluster.worker("one")
    grader = start(course, cluster.address)
    cluster.wait_for(lambda: kills.graded(course) >= 1)
    cluster.scheduler.kill()
    status, printed, complaints = ends(grader)
    assert status == 2 and printed == "" and len(complaints.splitlines()) == 1
    assert f"the scheduler at {cluster.address} is gone" in complaints
    assert kills.graded(course) < SUBMISSIONS
    worker.wait(30)
    done = small.command(course, *kills.command("--scheduler", "local"))  # a scheduler of its own
    assert done.returncode == 0, done.stderr
    assert kills.differences(near, course) == []


def test_workers_that_cannot_grade_are_named(cluster, course, tmp_path):
    settings = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(settings + "c.SafeGrade.worker_patience = 1\n")
    status, _, complaints = ends(start(course, cluster.address))  # nobody there yet
    assert status == 2 and "no worker has joined" in complaints
    (course / "nbgrader_config.py").write_text(settings)

    shutil.copytree(Path(safegrade.__file__).parent, tmp_path / "other" / "safegrade")
    with open(tmp_path / "other" / "safegrade" / "slot.py", "a") as module:
        module.write("# another release\n")
    missing = tmp_path / "none" / "safegrade"
    missing.mkdir(parents=True)
    (missing / "__init__.py").write_text("raise ModuleNotFoundError('no safegrade here')")
    cases = [
        ({"PYTHONPATH": str(tmp_path / "other")}, "has safegrade 0"),
        ({"PYTHONPATH": str(tmp_path / "none")}, "no safegrade here"),
        ({"PATH": str(tmp_path)}, "bubblewrap is not installed"),
    ]
    for number, (environment, expected) in enumerate(cases):
        worker = cluster.start("dask_worker", cluster.address, "--nthreads", "1", "--no-nanny",
                               "--local-directory", str(tmp_path / str(number)), **environment)
        status, printed, complaints = ends(start(course, cluster.address))
        assert status == 2 and printed == "" and len(complaints.splitlines()) == 1, complaints
        assert "the worker at tcp://127.0.0.1" in complaints and expected in complaints
        cluster.end(worker)
    assert kills.graded(course) == 0


def test_a_scheduler_that_is_not_there_is_said_in_one_line(course):
    status, printed, complaints = ends(start(course, "tcp://127.0.0.1:9"))
    assert status == 2 and printed == "" and len(complaints.splitlines()) == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in complaints


DIES = r"""
from safegrade import pool
pool.Worker.PROGRAM = ["-c", "import os, signal; from safegrade import slot\n"
    "original = slot.Slot.run\n"
    "def run(self, job):\n"
    "    if any('os._exit(3)' in cell['source'] for cell in job['cells']):\n"
    "        os.kill(os.getpid(), signal.SIGKILL)\n"
    "    return original(self, job)\n"
    "slot.Slot.run = run; slot.main()"]
"""


def test_a_job_that_kills_its_worker_twice_is_reported(cluster, course, near, tmp_path):
    (tmp_path / "preload.py").write_text(DIES)
    cluster.start("dask_worker", cluster.address, "--nthreads", "2", "--no-nanny",
                  "--preload", str(tmp_path / "preload.py"), "--local-directory", str(tmp_path / "worker"))
    status, printed, complaints = ends(start(course, cluster.address))
    assert status == 1, complaints
    entries = {entry["student"]: entry for entry in json.loads(printed)["submissions"]}
    remark = ["grading failed: the worker died"]
    died = {student for student, entry in entries.items() if entry["remarks"] == remark}
    assert died == {student for student in entries if student.endswith("-crashes")}
    assert kills.graded(course) == SUBMISSIONS - len(died)
