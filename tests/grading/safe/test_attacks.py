"""No attack gains a point, harms anything, or costs the attacker's honest tasks their points: whether root
grades or an ordinary user."""

import hashlib
import json
import os
import re
import runpy
import shutil
import socket
import sys
from pathlib import Path

import nbformat
import pytest
import small
from course import ROOT
from users import ORDINARY, as_user, give

ATTACKS = {path.stem: path for path in sorted((ROOT / "tests" / "attacks").glob("*.py"))}


def directive(name, path, default):
    found = re.search(rf"^# {name}: (.+)$", path.read_text(), re.MULTILINE)
    return found[1].strip() if found else default


def fingerprint(folder):
    """Every file that grading must not touch, and what is in it."""
    found = {}
    for name in ("solutions", "exercises", "submitted", "nbgrader_config.py"):
        for path in [folder / name, *(folder / name).rglob("*")]:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > 2**24:
                found[path] = path.is_symlink()
            else:
                found[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def hand_in(course, name, path, places):
    if name.startswith("submission_"):
        folder = small.hand_in(course, name, None)
        notebook = small.filled(course, double="def double(x):\n    return 0")
        runpy.run_path(path)["hand_in"](
            folder, notebook, lambda notebook: (folder / "small.ipynb").write_text(json.dumps(notebook)))
    else:
        source = path.read_text()
        for word, place in places.items():
            source = re.sub(rf"\b{word}\b", place, source)
        task = directive("task", path, "double")
        small.hand_in(course, name, small.filled(course, **{"double": small.HONEST["double"], task: source}))


# Names of folders in submitted/ that no student has.
ODD_STUDENTS = ["...", "a+b", "line\nbreak", "..%2f.."]


@pytest.fixture(scope="module")
def attacked(released_course, tmp_path_factory):
    """The small course, with tests that use the library."""
    course = shutil.copytree(released_course, tmp_path_factory.mktemp("attacked") / "course")
    source = course / "solutions" / small.ASSIGNMENT / f"{small.ASSIGNMENT}.ipynb"
    notebook = nbformat.read(source, 4)
    small.cell(notebook, "imports").source += "\nfrom varinf.distributions import Normal"
    hidden = small.cell(notebook, "double-hidden")
    hidden.source = hidden.source.replace("np.arange(4.0)", "np.arange(-1.5, 2.5) + Normal(1.5, 2.0).mean")
    assert "Normal" in hidden.source
    nbformat.write(notebook, source)
    release = ["-m", "nbgrader", "generate_assignment", small.ASSIGNMENT, "--force"]
    done = small.command(course, sys.executable, *release)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="module", params=["root", "ordinary"] if os.geteuid() == 0 else ["ordinary"])
def graded(request, attacked, tmp_path_factory):
    """All attacks graded in one run, with an honest student before, among and after them."""
    folder = tmp_path_factory.mktemp(request.param)
    course = shutil.copytree(attacked, folder / "course")
    reach = folder / "reach"
    reach.mkdir()
    by_path, by_name = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    listening = [socket.create_server(("127.0.0.1", 0)), by_path, by_name]
    listening[1].bind(str(reach / "socket"))
    listening[2].bind("\0safegrade-attack")
    for server in listening[1:]:
        server.listen()
    places = {"COURSE": str(course), "CANARY": str(reach / "canary"), "SOCKET": str(reach / "socket"),
              "PORT": str(listening[0].getsockname()[1])}
    for student in ("aa_honest", "mm_honest", "zz_honest", *ODD_STUDENTS):
        small.hand_in(course, student, small.filled(course))
    for name, path in ATTACKS.items():
        hand_in(course, name, path, places)
    command = [sys.executable, "-m", "safegrade.cli", small.ASSIGNMENT, "--json", "--workers", "2"]
    if request.param == "ordinary" and os.geteuid() == 0:
        give(folder, ORDINARY)
        command = [*as_user(ORDINARY, folder), *command]
    before = fingerprint(course)
    done = small.command(course, *command)
    for server in listening:
        server.close()
    assert done.returncode == 1, done.stderr
    report = {entry["student"]: entry for entry in json.loads(done.stdout)["submissions"]}
    after = fingerprint(course)
    touched = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    return report, touched, reach, course


def honest_part(path):
    """The points of the tasks that the attack leaves alone."""
    task = directive("task", path, "double")
    return small.FULL - sum(name.startswith(task + "-") for name in small.TESTS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_keeps_what_it_earned_and_gains_nothing(graded, name):
    entry = graded[0][name]
    assert entry["score"] == float(directive("points", ATTACKS[name], honest_part(ATTACKS[name]))), entry
    expected = directive("remark", ATTACKS[name], None)
    assert expected is None or any(re.search(expected, remark) for remark in entry["remarks"]), entry
    assert entry["seconds"] < 16


@pytest.mark.parametrize("student", ["aa_honest", "mm_honest", "zz_honest"])
def test_an_honest_student_among_attackers_gets_full_marks(graded, student):
    assert (graded[0][student]["score"], graded[0][student]["remarks"]) == (small.FULL, [])


@pytest.mark.parametrize("student", ODD_STUDENTS)
def test_a_folder_that_cannot_be_a_students_is_reported_and_nothing_of_it_is_graded(graded, student):
    entry = graded[0].get(student)
    if student.startswith("."):  # hidden from nbgrader too
        assert entry is None or entry["needs_human"]
    else:
        assert entry["needs_human"] and "a folder name" in entry["remarks"][0] and not entry["score"]


def test_nothing_outside_is_touched(graded):
    report, touched, reach, course = graded
    assert touched == []
    assert not (reach / "canary").exists() and not (course / "CANARY").exists()
    for place in (course, course / "submitted", Path("/"), Path(sys.prefix), Path("/usr/local")):
        assert not (place / "written-by-an-attack").exists()
    assert [path.name for path in (course / "autograded").iterdir() if path.name.startswith(".")] == []


def test_no_process_of_an_attack_is_left(graded):
    alive = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"safegrade." in _read(path)]
    ours = [path for path in alive if str(graded[2]).encode() in _read(path.with_name("environ"))]
    assert ours == []


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
