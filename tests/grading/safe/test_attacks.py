"""No attack gains a point, harms anything, or costs the attacker's honest tasks their points."""

import hashlib
import json
import re
import runpy
import socket
import sys
from pathlib import Path

import pytest
import small
from course import ROOT

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


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """All attacks graded in one run, with an honest student before, among and after them."""
    scratch = tmp_path_factory.mktemp("reach")
    listening = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
    listening[1].bind(str(scratch / "socket"))
    listening[2].bind("\0safegrade-attack")
    for server in listening[1:]:
        server.listen()
    places = {"COURSE": str(course), "CANARY": str(scratch / "canary"), "SOCKET": str(scratch / "socket"),
              "PORT": str(listening[0].getsockname()[1])}
    for honest in ("aa_honest", "mm_honest", "zz_honest"):
        small.hand_in(course, honest, small.filled(course))
    for name, path in ATTACKS.items():
        hand_in(course, name, path, places)
    before = fingerprint(course)
    report = small.safegrade(course, "--workers", "2", status=1)
    for server in listening:
        server.close()
    after = fingerprint(course)
    touched = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    return report, touched, scratch


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


def test_nothing_outside_is_touched(graded, course):
    assert graded[1] == []
    assert not (graded[2] / "canary").exists()
    written = "written-by-an-attack"
    assert not [p for p in (course, course / "submitted", Path("/"), Path(sys.prefix), Path("/usr/local")) if (p / written).exists()]
    assert sorted(path.name for path in (course / "autograded").iterdir() if path.name.startswith(".")) == []


def test_no_process_of_an_attack_is_left(graded):
    alive = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"safegrade." in _read(path)]
    ours = [path for path in alive if str(graded[2]).encode() in _read(path.with_name("environ"))]
    assert ours == []


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
