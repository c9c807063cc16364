"""A full disk, a folder that cannot be written, a gradebook that is locked or spoilt: each gives one clear
line and exit status 2, and when it is mended the same command completes the work."""

import os
import shutil
import sqlite3
import sys

import kills
import pytest
import small

SUBMISSIONS = 10

# As if the disk were full, or the folder another user's, from a given write on: of root, neither can be had
# without a file system of one's own.
FAULTY = """
import builtins, errno, io, os, sqlite3, sys
from safegrade import cli
from nbgrader.api import Gradebook

left = {left}
def fail(place):
    global left
    if "{folder}" in str(place):
        left -= 1
        if left < 0:
            raise OSError(errno.{error}, os.strerror(errno.{error}), str(place))

def guard(module, name, writes=lambda mode: True):
    original = getattr(module, name)
    def guarded(place, *arguments, **named):
        mode = arguments[0] if arguments else named.get("mode", "r")
        if writes(mode):
            fail(place)
        return original(place, *arguments, **named)
    setattr(module, name, guarded)

opens = lambda mode: isinstance(mode, str) and any(letter in mode for letter in "wax+")
guard(builtins, "open", opens)
guard(io, "open", opens)
guard(os, "mkdir")
guard(os, "rename")
sys.exit(cli.main(["small", "--workers", "1"]))
"""


@pytest.fixture(scope="module")
def calm(released_course, tmp_path_factory):
    """Submissions graded by a run that nothing went wrong in."""
    course = shutil.copytree(released_course, tmp_path_factory.mktemp("calm") / "course")
    kills.hand_in(course, SUBMISSIONS)
    kills.run(course)
    return course


@pytest.fixture
def course(released_course, tmp_path):
    course = shutil.copytree(released_course, tmp_path / "course")
    kills.hand_in(course, SUBMISSIONS)
    return course


def fails(course, *words):
    """What the command says when it fails: one line, and nobody was refused for it."""
    done = small.command(course, *(words or kills.command()))
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert done.stdout == "" and len(lines) == 1 and lines[0].startswith("safegrade: "), done.stderr
    return lines[0]


def completes(course, calm):
    kills.run(course)
    assert kills.differences(calm, course) == []


@pytest.mark.parametrize("left", [0, 3, 5])
def test_a_full_disk_under_the_graded_notebooks(course, calm, left):
    said = fails(course, sys.executable, "-c", FAULTY.format(left=left, folder="autograded", error="ENOSPC"))
    assert "No space left on device" in said and "run the same command again" in said
    assert kills.graded(course) < SUBMISSIONS
    completes(course, calm)


def test_a_full_disk_under_the_gradebook(course, calm):
    with sqlite3.connect(course / "gradebook.db") as connection:
        pages = connection.execute("pragma page_count").fetchone()[0]
    limit = f"""
import sqlite3, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from safegrade import cli

@event.listens_for(Engine, "connect")
def limit(connection, record):  # SQLite's own words for a full disk
    connection.execute("pragma max_page_count = {pages}")

sys.exit(cli.main(["small", "--workers", "1"]))
"""
    assert "full" in fails(course, sys.executable, "-c", limit)
    assert kills.graded(course) < SUBMISSIONS
    completes(course, calm)


def test_a_full_disk_where_a_worker_has_its_scratch_folder(course, calm):
    full = """
import errno, os, sys
from safegrade import cli, pool
pool.Worker.PROGRAM = ["-c", "import tempfile, errno; from safegrade import slot\\n"
    "def full(**named):\\n    raise OSError(errno.ENOSPC, 'No space left on device')\\n"
    "tempfile.mkdtemp = full\\nslot.main()"]
sys.exit(cli.main(["small", "--workers", "1"]))
"""
    assert "No space left on device" in fails(course, sys.executable, "-c", full)
    completes(course, calm)


def test_a_folder_that_cannot_be_written(course, calm):
    said = fails(course, sys.executable, "-c", FAULTY.format(left=0, folder="autograded", error="EACCES"))
    assert "Permission denied" in said and "autograded" in said
    completes(course, calm)


def test_something_that_is_no_folder_in_the_place_of_autograded(course, calm):
    (course / "autograded").write_text("")
    assert "autograded" in fails(course)
    (course / "autograded").unlink()
    completes(course, calm)


def test_a_gradebook_that_another_program_has_locked(course, calm):
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("begin exclusive")
    assert "database is locked" in fails(course)
    other.execute("rollback")
    other.close()
    completes(course, calm)


def test_a_gradebook_that_is_locked_while_it_is_written_to(course, calm):
    """Reading goes on; the first write waits five seconds, which is SQLite's patience, and gives up."""
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("begin immediate")
    assert "database is locked" in fails(course)
    other.execute("rollback")
    other.close()
    assert kills.graded(course) == 0
    completes(course, calm)


@pytest.mark.parametrize("harm", ["not a database", "a hole in it", "cut short"])
def test_a_gradebook_that_is_spoilt_is_left_as_it_is(course, calm, harm):
    path, whole = course / "gradebook.db", (course / "gradebook.db").read_bytes()
    spoilt = {
        "not a database": b"no gradebook" * 1000,
        "a hole in it": whole[:4096] + bytes(len(whole) - 4096),
        "cut short": whole[: len(whole) // 2],
    }[harm]
    path.write_bytes(spoilt)
    assert "the gradebook cannot be used" in fails(course)
    assert path.read_bytes() == spoilt
    path.write_bytes(whole)
    completes(course, calm)


def test_a_submission_that_cannot_be_read_stops_nobody_else(course, calm):
    """A folder in the place of timestamp.txt, and a pipe that nobody writes to, which to read never ends."""
    kills.run(course)
    first, second = sorted((course / "submitted").iterdir())[:2]
    (first / small.ASSIGNMENT / "timestamp.txt").mkdir()
    os.mkfifo(second / small.ASSIGNMENT / "timestamp.txt")
    report = small.safegrade(course, "--time-limit", "60", status=1)
    assert report[first.name]["remarks"] == ["timestamp.txt is not a time"]
    assert report[second.name]["remarks"] == ["neither a file nor a folder: timestamp.txt"]
    assert kills.notebooks(course) == kills.notebooks(calm)
    assert kills.gradebook(course) == kills.gradebook(calm)
