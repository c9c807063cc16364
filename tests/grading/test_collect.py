"""`safegrade collect`: downloads of every shape and manner of naming, and hostile ones, into submitted/."""

import contextlib
import csv
import importlib.util
import io
import os
import stat
import unicodedata
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timezone
from pathlib import Path

import nbformat
import pytest
from course import ROOT, make_course
from nbformat.v4 import new_code_cell, new_notebook
from safegrade.cli import main
from safegrade.download import MAX_FILES
from safegrade.handed_in import Owner, Roster, made_id, owner_of, without_copy_marks

NAME = "evidence"
ACCENTED = unicodedata.normalize("NFD", "Élève Huit")  # as macOS writes it
NOON = datetime(2026, 10, 1, 12, 0, 0, tzinfo=timezone.utc)


_spec = importlib.util.spec_from_file_location("made_up_class", ROOT / "tools" / "made_up_class.py")
made_up = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made_up)


def notebook(text="", stamped=NAME):
    """The bytes of a small notebook, with the stamp of a release unless `stamped` is None."""
    made = new_notebook(cells=[new_code_cell(text, id="c")])
    if stamped:
        made.metadata["mind_the_gap"] = {"assignment": stamped, "release": "0.1.0+abcdef012345"}
    return nbformat.writes(made).encode()


def zipped(files, when=(2026, 10, 1, 12, 0, 0)):
    """The bytes of a zip. `files` maps paths to bytes, or to (bytes, time)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            content, time = content if isinstance(content, tuple) else (content, when)
            archive.writestr(zipfile.ZipInfo(path, time), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


class Place:
    """A course and a download."""

    def __init__(self, folder):
        self.folder, self.course = folder, make_course(folder / "course", NAME, "elbo")

    def collect(self, files, *options, status=0, name="download.zip"):
        """Run the command on `files`, zipped if it is a dict; returns what it printed."""
        source = self.folder / name
        if files is not None:
            source.write_bytes(zipped(files) if isinstance(files, dict) else files)
        zone = [] if "--timezone" in options else ["--timezone", "UTC"]
        words = ["collect", NAME, source, "--course", self.course, *zone, *options]
        printed = io.StringIO()
        with contextlib.chdir(self.folder), redirect_stdout(printed), redirect_stderr(printed):
            ended = main([*map(str, words)])
        assert ended == status, printed.getvalue()
        return printed.getvalue()

    def submitted(self):
        return {path.parent.parent.name: path.read_bytes()
                for path in self.course.glob(f"submitted/*/{NAME}/{NAME}.ipynb")}

    def time(self, student):
        return (self.course / "submitted" / student / NAME / "timestamp.txt").read_text()

    def older(self, student):
        return sorted(path.read_bytes() for path in self.course.glob(f"collected/{NAME}/older/{student}/*.ipynb"))

    def who(self):
        with open(self.course / "collected" / NAME / "who.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_moodles_folders_and_flat_names(place):
    said = place.collect({
        "Student Seven_1007_assignsubmission_file_/evidence.ipynb": notebook("7"),
        f"{ACCENTED}_1008_assignsubmission_file/evidence (1).ipynb": notebook("8"),
        "Student Nine_1009_assignsubmission_file_evidence.ipynb": notebook("9"),
        "Student Nine_1009_assignsubmission_onlinetext_/onlinetext.html": b"<p>Hello</p>",
    })
    assert place.submitted() == {
        "student-seven": notebook("7"), "eleve-huit": notebook("8"), "student-nine": notebook("9")}
    assert place.time("student-seven") == "2026-10-01 12:00:00 UTC"
    assert said.splitlines()[-1] == "3 taken, 1 skipped"
    rows = {row["lms_id"]: row for row in place.who() if row["lms_id"]}
    assert rows["1008"]["student_id"] == "eleve-huit" and rows["1008"]["lms_name"] == "Élève Huit"


def test_canvas_names_and_its_numbers_of_files_decide_which_is_newest(place):
    place.collect({
        "twostudent_12_901_evidence-1.ipynb": (notebook("second"), (2026, 10, 1, 12, 0, 0)),
        "twostudent_12_900_evidence.ipynb": (notebook("first"), (2026, 10, 1, 13, 0, 0)),
        "threestudent_LATE_13_902_evidence.ipynb": notebook("3"),
    })
    assert place.submitted() == {"twostudent": notebook("second"), "threestudent": notebook("3")}
    assert place.older("twostudent") == [notebook("first")]
    assert "late, says the system" in {row["lms_id"]: row["remark"] for row in place.who()}["13"]


@pytest.mark.parametrize("around", ["", "evidence submissions/"])
def test_folders_named_after_students_with_or_without_a_folder_around_them(place, around):
    place.collect({
        f"{around}student-001/evidence.ipynb": notebook("1"),
        f"{around}student-002/evidence/evidence.ipynb": notebook("2"),
        f"{around}student-002/evidence/timestamp.txt": b"2026-09-30 20:30:00 UTC",
        f"{around}student-003/notes.pdf": b"%PDF",
    })
    assert place.submitted() == {"student-001": notebook("1"), "student-002": notebook("2")}
    assert place.time("student-002") == "2026-09-30 20:30:00 UTC"


def test_a_folder_on_disk_is_taken_like_a_zip_and_links_are_not_followed(place):
    download = place.folder / "download"
    for student in ("student-001", "student-002"):
        (download / student).mkdir(parents=True)
    path = download / "student-001" / "evidence.ipynb"
    path.write_bytes(notebook("1"))
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    (download / "student-002" / "evidence.ipynb").symlink_to(place.course / "nbgrader_config.py")
    (download / "student-003").symlink_to(place.course / "solutions")
    said = place.collect(None, name="download", status=1)
    assert place.submitted() == {"student-001": notebook("1")}
    assert place.time("student-001") == "2026-10-01 12:00:00 UTC"
    assert said.count("a symbolic link") == 2


@pytest.mark.parametrize("name", [
    "evidence.ipynb", "Evidence.IPYNB", "evidence (1).ipynb", "evidence-1.ipynb", "evidence.ipynb.txt",
    "evidence.ipynb.json", "evidence - Copy.ipynb", "evidence-Copy2.ipynb", "Copy of evidence.ipynb",
    "my%20evidence.ipynb", "évidence final.ipynb", "Assignment 1.ipynb", "evidence.zip",
])
def test_names_that_systems_and_browsers_mangle(place, name):
    content = zipped({"evidence.ipynb": notebook()}) if name.endswith(".zip") else notebook()
    place.collect({f"student-001/{unicodedata.normalize('NFD', name)}": content, "student-002/evidence.ipynb": b"{"})
    assert place.submitted() == {"student-001": notebook(), "student-002": b"{"}


@pytest.mark.parametrize(("name", "stem", "number"), [
    ("evidence", "evidence", 0), ("evidence (2)", "evidence", 2), ("evidence-10", "evidence", 10),
    ("evidence-Copy1 (3)", "evidence", 3), ("Copy of evidence", "evidence", 0), ("evidence - Copy", "evidence", 1),
])
def test_the_marks_of_copies(name, stem, number):
    assert without_copy_marks(name) == (stem, number)


def test_the_stamp_says_which_assignment_it_is_and_the_name_only_without_one(place):
    said = place.collect({
        "student-001/evidence.ipynb": notebook(stamped="elbo"),
        "student-002/homework.ipynb": notebook(stamped=None),
        "student-003/evidence.ipynb": notebook(stamped=None),
        "student-004/homework.ipynb": notebook(),
    }, status=1)
    assert set(place.submitted()) == {"student-003", "student-004"}
    assert "it belongs to elbo" in said and "neither its stamp nor its name" in said
    assert "without the stamp of a release; taken for its name" in said


def test_of_several_attempts_the_newest_counts_and_the_others_are_kept(place):
    place.collect({
        "student-001/evidence.ipynb": (notebook("b"), (2026, 10, 1, 11, 0, 0)),
        "student-001/evidence (1).ipynb": (notebook("c"), (2026, 10, 1, 12, 0, 0)),
        "student-001/old/evidence.ipynb": (notebook("a"), (2026, 10, 1, 10, 0, 0)),
        "student-001/again/evidence.ipynb": (notebook("c"), (2026, 10, 1, 9, 0, 0)),
    })
    assert place.submitted() == {"student-001": notebook("c")}
    assert place.time("student-001") == "2026-10-01 12:00:00 UTC"
    assert place.older("student-001") == [notebook("a"), notebook("b")]


def test_a_second_download_replaces_what_is_older_and_keeps_it_and_a_third_changes_nothing(place):
    first = {"student-001/evidence.ipynb": notebook("1"), "student-002/evidence.ipynb": notebook("2")}
    second = {**first, "student-001/evidence.ipynb": (notebook("1b"), (2026, 10, 2, 12, 0, 0))}
    assert place.collect(first).splitlines()[-1] == "2 taken"
    assert place.collect(second).splitlines()[-1] == "1 replaced, 1 unchanged"
    assert place.submitted()["student-001"] == notebook("1b")
    assert place.older("student-001") == [notebook("1")]
    files = {path: path.read_bytes() for path in place.course.rglob("*") if path.is_file()}
    assert place.collect(second).splitlines()[-1] == "2 unchanged"
    assert place.collect(first).splitlines()[-1] == "1 unchanged, 1 older"
    log = place.course / "collected" / NAME / "who.csv"
    assert {path: path.read_bytes() for path in files if path != log} == {
        path: content for path, content in files.items() if path != log}
    assert len(place.who()) == 8, "a line for every file of every run"


def test_an_attempt_that_the_times_do_not_tell_to_be_newer_says_how_to_grade_it(place):
    place.collect({"student-001/evidence.ipynb": notebook("1")}, "--no-times")
    assert not (place.course / "submitted/student-001" / NAME / "timestamp.txt").exists()
    said = place.collect({"student-001/evidence.ipynb": notebook("2")}, "--no-times")
    assert "grade with --force --student student-001" in said
    assert place.submitted() == {"student-001": notebook("2")}


def test_two_people_who_would_be_one_student_are_not_mixed(place):
    files = {
        "Student Seven_1007_assignsubmission_file_/evidence.ipynb": notebook("7"),
        "student seven_1017_assignsubmission_file_/evidence.ipynb": notebook("17"),
        "student-001/evidence.ipynb": notebook("1"),
    }
    said = place.collect(files, status=1)
    assert set(place.submitted()) == {"student-001"}
    assert said.count("more than one person would be student-seven; use --names") == 2
    names = place.folder / "names.csv"
    names.write_text("student_id;name;lms_id\ns7;;1007\ns17;;1017\ns1;student-001;\n", encoding="utf-8")
    place.collect(files, "--names", names)
    assert place.submitted() == {**{"student-001": notebook("1")}, "s7": notebook("7"), "s17": notebook("17"),
                                 "s1": notebook("1")}


def test_a_table_of_names_says_who_is_who_and_who_is_nobody(place):
    names = place.folder / "names.csv"
    names.write_text("student_id,name\nstudent-007,\"Seven, Student\"\nstudent-008,Eleve Huit\n", encoding="utf-8-sig")
    said = place.collect({
        "Student Seven_1007_assignsubmission_file_/evidence.ipynb": notebook("7"),
        f"{ACCENTED}_1008_assignsubmission_file_/evidence.ipynb": notebook("8"),
        "Student Nine_1009_assignsubmission_file_/evidence.ipynb": notebook("9"),
    }, "--names", names, status=1)
    assert place.submitted() == {"student-007": notebook("7"), "student-008": notebook("8")}
    assert "not in the table of names" in said


def test_a_name_finds_its_line_in_whatever_order_a_system_writes_it():
    roster = Roster([("s1", "Student Seven", ""), ("s2", "Huit, Élève", "8"), ("s3", "Student Seventeen", "17")])
    for name, student in [("sevenstudent", "s1"), ("Seven, Student", "s1"), ("huiteleve", "s2"), ("s3", "s3")]:
        assert roster.find(Owner(name)) == student
    assert roster.find(Owner("Student Seven", "17")) == "s3", "a number says more than a name"


@pytest.mark.parametrize(("text", "complaint"), [
    ("id,name\n1,2\n", "expected the columns student_id and name"), ("student_id,name\n../../up,x\n", "'../../up'"),
    ("", "has none"), ("student_id,name\n.hidden,x\n", "'.hidden'"),
])
def test_a_table_that_cannot_be_used_is_refused(place, text, complaint):
    names = place.folder / "names.csv"
    names.write_text(text)
    assert complaint in place.collect({"student-001/evidence.ipynb": notebook()}, "--names", names, status=2)
    assert not place.submitted()


def with_link():
    made = io.BytesIO(zipped({"student-001/evidence.ipynb": notebook()}))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("student-002/evidence.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "../../nbgrader_config.py")
    return made.getvalue()


def many_files():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(MAX_FILES + 1):
            archive.writestr(zipfile.ZipInfo(f"s/{number}"), b"")
    return made.getvalue()


HOSTILE = {
    "traversal": (lambda: zipped({"../student-001/evidence.ipynb": notebook()}), "leads out of it"),
    "traversal-backwards": (lambda: zipped({"a\\..\\..\\evidence.ipynb": notebook()}), "leads out of it"),
    "absolute": (lambda: zipped({"/tmp/evidence.ipynb": notebook()}), "leads out of it"),
    "drive": (lambda: zipped({"C:/evidence.ipynb": notebook()}), "leads out of it"),
    "link": (with_link, "symbolic link in the zip"),
    "bomb": (lambda: zipped({f"student-00{i}/evidence.ipynb": bytes(9 << 20) for i in range(3)}), "more than 20 MB"),
    "many": (many_files, f"more than {MAX_FILES} files"),
    "no-zip": (lambda: b"PK\x03\x04 but no more", "not a zip"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_refused_as_a_whole(place, kind):
    make, complaint = HOSTILE[kind]
    said = place.collect(make(), "--size-limit", "20", status=2)
    assert complaint in said and "nothing was taken" in said and said.count("\n") == 1
    assert not place.submitted() and not (place.course / "collected").exists()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_of_a_students_costs_that_student_only(place, kind):
    make, complaint = HOSTILE[kind]
    said = place.collect({"student-001/work.zip": make(), "student-002/evidence.ipynb": notebook("2")},
                         "--size-limit", "20", status=1)
    assert complaint in said
    assert place.submitted() == {"student-002": notebook("2")}


def test_an_enormous_notebook_a_damaged_one_and_a_zip_too_deep_are_left(place):
    inner = zipped({"deeper.zip": zipped({"evidence.ipynb": notebook()})})
    damaged = bytearray(zipped({"student-003/evidence.ipynb": notebook("x" * 5000)}))
    damaged[60:80] = bytes(20)
    said = place.collect({
        "student-001/evidence.ipynb": bytes(21 << 20), "student-002/work.zip": inner,
        "student-003.zip": bytes(damaged), "student-004/evidence.ipynb": notebook("4"),
    }, status=1)
    assert "larger than 20 MB" in said and "a zip in a zip" in said and "damaged" in said
    assert place.submitted() == {"student-004": notebook("4")}


def test_what_systems_add_is_not_mentioned_and_a_file_of_nobodys_is(place):
    said = place.collect({
        "__MACOSX/student-001/._evidence.ipynb": b"x", "student-001/.ipynb_checkpoints/evidence.ipynb": notebook("old"),
        "student-001/.DS_Store": b"x", "student-001/evidence.ipynb": notebook("1"), "evidence.ipynb": notebook("?"),
    }, status=1)
    assert said.splitlines()[-1] == "1 taken, 1 skipped"
    assert "its path does not say whose it is" in said


def test_names_cannot_speak_to_a_terminal_or_a_spreadsheet(place):
    said = place.collect({"=1+1\x1b[2J_1001_assignsubmission_file_/evidence.ipynb": notebook()})
    assert "\x1b" not in said
    assert place.who()[0]["lms_name"].startswith("'=")
    assert set(place.submitted()) == {"1-1-2j"}


def test_a_dry_run_writes_nothing(place):
    assert "1 taken" in place.collect({"student-001/evidence.ipynb": notebook()}, "--dry-run")
    assert not (place.course / "submitted").exists() and not (place.course / "collected").exists()


def test_the_times_of_a_zip_are_those_of_its_zone(place):
    place.collect({"student-001/evidence.ipynb": notebook()}, "--timezone", "Europe/Berlin")
    assert place.time("student-001") == "2026-10-01 10:00:00 UTC"
    said = place.collect({}, "--timezone", "Nowhere/Land", status=2)
    assert "expected a name such as Europe/Berlin, got 'Nowhere/Land'" in said


def test_an_assignment_or_a_download_that_is_not_there(place):
    assert "is not there" in place.collect(None, status=2)
    (place.course / "solutions" / NAME).rename(place.course / "solutions" / "sonnets")
    assert "no assignment evidence in solutions/" in place.collect({}, status=2)


@pytest.mark.parametrize(("path", "owner"), [
    ("Student A_B_5_assignsubmission_file_/evidence.ipynb", Owner("Student A_B", "5")),
    ("student_5_6_my_evidence.ipynb", Owner("student", "5", False, 6)),
    ("student-001/evidence/evidence.ipynb", Owner("student-001")),
    ("evidence.ipynb", None),
])
def test_whose_a_path_is(path, owner):
    assert owner_of(path, NAME) == owner


@pytest.mark.parametrize(("name", "student"), [
    ("student-001", "student-001"), ("Student  One", "student-one"), ("Élève Huit", "eleve-huit"), ("学生", "学生"),
    ("../..", ""), ("  ", ""),
])
def test_the_id_that_a_name_becomes(name, student):
    assert made_id(Owner(name)) == student


def test_collected_work_is_what_safegrade_and_nbgrader_look_for(place):
    place.collect({"student-001/Evidence (1).IPYNB": (ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_bytes()})
    folder = place.course / "submitted" / "student-001" / NAME
    assert sorted(path.name for path in folder.iterdir()) == [f"{NAME}.ipynb", "timestamp.txt"]
    assert Path(folder, f"{NAME}.ipynb").read_bytes() == (ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_bytes()


@pytest.mark.parametrize("shape", ["moodle", "canvas", "folders"])
def test_a_made_up_class_of_thirty_arrives_whole_in_every_shape(place, shape):
    released = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
    handed_in = made_up.made_up_class(released, NAME)
    assert [s.content for s in handed_in] == [s.content for s in made_up.made_up_class(released, NAME)]
    files = {made_up.path_of(s, shape, i): (s.content, s.time.timetuple()[:6]) for i, s in enumerate(handed_in)}
    names = place.folder / "names.csv"
    names.write_text("student_id,lms_id,name\n" + "".join(
        f"student-{n:03},{7000 + n},student-{n:03}\n" for n in range(1, 31)))
    assert place.collect(files, "--names", names).splitlines()[-1] == "30 taken, 1 older"
    submitted = place.submitted()
    assert sorted(submitted) == [f"student-{n:03}" for n in range(1, 31)]
    assert submitted["student-004"] == submitted["student-011"], "a copy"
    assert submitted["student-007"] != nbformat.writes(released).encode(), "the second attempt"
    assert place.time("student-013") == "2026-10-01 23:00:00 UTC"
