"""Whose a file is and which assignment's, as far as its path and its stamp tell."""

import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from .folders import refuse_odd_name
from .notebooks import Refused
from .release import METADATA_KEY, stamp

NOTEBOOK = re.compile(r"(.+?)\.ipynb(?:\.txt|\.json)?", re.I)
# Full Name_12345_assignsubmission_file_/evidence.ipynb, or with the file's name after the last underscore
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)", re.I)
# fullname_LATE_12345_67890_evidence-1.ipynb: the user's number, the file's number
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?P<number>\d+)_(?P<file>.+)")
# what browsers, desktops and systems add to the name of a second copy
COPY = re.compile(r"(?:[-_ ]*\((?P<round>\d+)\)|[-_ ]+(?P<plain>\d+)|[-_ ]+copy ?(?P<copy>\d*))$", re.I)
PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")


class Owner(NamedTuple):
    """Whose a file is, in the words of the system it comes from."""

    name: str
    lms_id: str = ""
    late: bool = False
    file_number: int = 0  # Canvas's, which grows


def parts_of(path):
    return [part.removesuffix(".zip") for part in unicodedata.normalize("NFC", path).split("/")]


def owner_of(path, assignment):
    """The Owner of the file at `path`, None if the path does not tell."""
    parts = parts_of(path)
    for part in parts:
        if found := MOODLE.fullmatch(part):
            return Owner(found["name"].strip(), found["id"])
        if found := CANVAS.fullmatch(part):
            return Owner(found["name"], found["id"], bool(found["late"]), int(found["number"]))
    folders = parts[:-1]
    if len(folders) > 1 and squeezed(folders[-1]) == squeezed(assignment):
        return Owner(folders[-2])  # as nbgrader's own submitted/ has it
    return Owner(folders[0]) if folders else None


def wrapper(paths):
    """The folder around the folders of students, with its slash, or nothing."""
    split = [path.split("/") for path in paths]
    if len({parts[0] for parts in split}) != 1 or any(len(parts) < 3 for parts in split):
        return ""
    first = split[0][0]
    alone = len({parts[1] for parts in split}) < 2
    system = MOODLE.fullmatch(first) or CANVAS.fullmatch(first)
    return "" if alone or system else f"{first}/"


def is_notebook(path):
    return bool(NOTEBOOK.fullmatch(path.split("/")[-1]))


def assignment_of(path, content, assignments):
    """(assignment or None, number of the copy, remark): from the notebook's stamp, else from its name."""
    name = unquote(parts_of(path)[-1])
    for pattern in (MOODLE, CANVAS):
        if found := pattern.fullmatch(name):
            name = found["file"] or name
    stem, number = without_copy_marks(NOTEBOOK.fullmatch(name)[1])
    try:
        metadata = json.loads(content.decode("utf-8-sig"))["metadata"]
    except (ValueError, TypeError, KeyError, RecursionError):
        metadata, remark = {}, "not a whole notebook; taken as it is"
    else:
        remark = ""
    stamped = stamp(metadata).get(METADATA_KEY, {}).get("assignment")
    if stamped in assignments:
        return stamped, number, remark
    named = [known for known in assignments if squeezed(known) in squeezed(stem)]
    exact = [known for known in named if squeezed(known) == squeezed(stem)]
    if len(exact or named) != 1:
        return None, number, remark
    if not remark:
        remark = "without the stamp of a release; taken for its name"
    return (exact or named)[0], number, remark


def without_copy_marks(stem):
    """("evidence", 1) of "evidence (1)", "evidence-1" or "Copy of evidence-Copy1"."""
    number = 0
    stem = re.sub(r"^copy of ", "", stem.strip(), flags=re.I)
    while found := COPY.search(stem):
        number = max(number, int(found["round"] or found["plain"] or found["copy"] or 1))
        stem = stem[: found.start()]
    return stem, number


def squeezed(text):
    """The letters and digits alone, without case and accents: what survives every system."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def made_id(owner):
    """A student's id where no table gives one: the name, in characters that suit every file system."""
    if PLAIN_ID.fullmatch(owner.name):
        return owner.name
    plain = unicodedata.normalize("NFKD", owner.name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "-".join(re.findall(r"\w+", letters.replace("_", " "))))


class Roster:
    """Which names and numbers of the learning-management system are which student."""

    def __init__(self, rows):
        self.students = {}  # {a key of a name, or a number: {student ids}}
        for student, name, lms_id in rows:
            for key in {*_orders(name), ("id", lms_id), *_orders(student)}:
                self.students.setdefault(key, set()).add(student)

    @classmethod
    def read(cls, path):
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"--names: {path.name} cannot be read: {error}") from None
        head = text.partition("\n")[0]
        table = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
        columns = [name.strip() for name in table.fieldnames or []]
        table.fieldnames = columns
        if "student_id" not in columns or not {"name", "lms_id"} & set(columns):
            raise Refused("--names: expected the columns student_id and name, lms_id or both; "
                          f"{path.name} has {', '.join(columns) or 'none'}")
        rows = []
        for row in table:
            student, name, lms_id = (
                (row.get(column) or "").strip() for column in ("student_id", "name", "lms_id"))
            if student:
                _refuse_as_folder(student)
                rows.append((student, name, lms_id))
        return cls(rows)

    def find(self, owner):
        """The student's id; Refused if there is none, or more than one. A number says more than a name."""
        by_number = self.students.get(("id", owner.lms_id), set()) if owner.lms_id else set()
        by_name = set().union(*(self.students.get(key, set()) for key in _orders(owner.name)))
        found = by_number or by_name
        if len(found) > 1:
            raise Refused(f"more than one line of the table fits: {', '.join(sorted(found))}")
        if not found:
            raise Refused("not in the table of names")
        return next(iter(found))


def _orders(name):
    """Keys of a name: its words, started with each of them, for `Doe, Jane`, `Jane Doe` and `doejane`."""
    words = re.findall(r"[^\s,]+", name)
    return {("name", squeezed("".join(words[i:] + words[:i]))) for i in range(len(words))} - {("name", "")}


def _refuse_as_folder(student):
    if "/" in student or "\\" in student:
        raise Refused(f"--names: {student!r} cannot be a student's id")
    try:
        refuse_odd_name(student)
    except Refused:
        raise Refused(f"--names: {student!r} cannot be a student's id") from None
