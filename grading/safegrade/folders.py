"""The folder of a submission, looked at before anything in it is opened."""

import itertools
import stat
from pathlib import Path

from nbgrader.utils import parse_utc

from .notebooks import Refused

MAX_FILES = 2000
LONGEST_NAME = 128  # of a student: what the gradebook has room for


def refuse_odd_name(student):
    if (student.startswith(".") or "+" in student or not student.isprintable()
            or len(student) > LONGEST_NAME):
        raise Refused("a folder name that cannot be a student's")


def refuse_odd_files(folder, root, largest):
    """Links and devices are not followed, anywhere from below `root` down, and nothing is read that has more
    than `largest` bytes."""
    above = [parent for parent in folder.parents if root in parent.parents]
    places = [*above, folder, *itertools.islice(folder.rglob("*"), MAX_FILES)]
    if len(places) > MAX_FILES:
        raise Refused(f"more than {MAX_FILES} files")
    for place in places:
        found = place.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise Refused(f"symbolic link in the submission: {place.name}")
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise Refused(f"neither a file nor a folder: {place.name}")
        if stat.S_ISREG(found.st_mode) and found.st_size > largest:
            raise Refused(f"{place.name} is larger than {largest >> 20} MB")


def timestamp(folder):
    """When a submission was handed in, None if nobody wrote it down, or Refused."""
    path = Path(folder, "timestamp.txt")
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_size > 1000:
        raise Refused("timestamp.txt is not a time")
    try:
        text = path.read_text(encoding="utf-8").strip()
        return parse_utc(text) if text else None
    except OSError:
        raise
    except Exception:  # the parser raises many kinds
        raise Refused("timestamp.txt is not a time") from None
