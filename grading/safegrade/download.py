"""What was downloaded: a folder or a zip, listed without unpacking it, and refused where it is hostile."""

import io
import os
import re
import stat
import zipfile
import zlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, NamedTuple

from .notebooks import Refused

MAX_FILES = 20_000
NO_TIME = datetime(1980, 1, 1)  # what a zip says when it knows nothing
MADE_BY_SYSTEMS = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini"}


class Damaged(Exception):
    """A file that cannot be read."""


class Entry(NamedTuple):
    """A file of the download: its path in it, its time in UTC (None if unknown), and how to read it. What is
    not to be read has a reason instead."""

    path: str
    time: datetime = None
    read: Callable = None
    why_not: str = ""


class Budget:
    """How much a download may hold: bytes and files all together, zips in zips among them."""

    def __init__(self, size, largest):
        self.size, self.left, self.largest, self.files = size, size, largest, MAX_FILES

    def take(self, size, files=1):
        self.left, self.files = self.left - size, self.files - files
        if self.left < 0:
            raise Refused(f"it unpacks to more than {self.size >> 20} MB (--size-limit)")
        if self.files < 0:
            raise Refused(f"it holds more than {MAX_FILES} files")


def entries(source, budget, zone=None):
    """The files in `source`, a folder or a zip, and those in zips in it. `zone` is that of a zip's times,
    this machine's if None. Raises Refused if `source` itself is hostile; a hostile zip inside it is an entry
    with a reason."""
    outer = _in_zip(source, "", budget, zone) if source.is_file() else _in_folder(source, budget)
    found = []
    for entry in outer:
        is_zip = entry.read and entry.path.lower().endswith(".zip")
        found += _opened(entry, budget, zone) if is_zip else [entry]
    return [entry for entry in found if not _made_by_a_system(entry.path)]


def _made_by_a_system(path):
    parts = path.split("/")
    return bool(MADE_BY_SYSTEMS & set(parts)) or parts[-1].startswith("._")


def _opened(entry, budget, zone):
    """What is in a student's zip. A zip in that one stays closed."""
    try:
        inside = _in_zip(io.BytesIO(entry.read()), f"{entry.path}/", budget, zone)
    except (Refused, Damaged) as error:
        return [Entry(entry.path, why_not=str(error))]
    return [Entry(e.path, why_not="a zip in a zip in a zip") if e.path.lower().endswith(".zip") else e
            for e in inside]


def _in_folder(folder, budget):
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(place, name)
            shown, status = path.relative_to(folder).as_posix(), path.lstat()
            if stat.S_ISLNK(status.st_mode):
                found.append(Entry(shown, why_not="a symbolic link"))
            elif not stat.S_ISREG(status.st_mode):
                found.append(Entry(shown, why_not="not a file"))
            else:
                budget.take(status.st_size)
                found.append(_sized(Entry(shown, datetime.fromtimestamp(status.st_mtime, timezone.utc),
                                          _reader(path.read_bytes)), status.st_size, budget))
    return found


def _in_zip(file, prefix, budget, zone):
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("it is not a zip, or a damaged one") from None
    members = archive.infolist()
    budget.take(0, len(members))
    for member in members:
        _refuse_hostile(member)
        budget.take(member.file_size, 0)
    return [
        _sized(Entry(prefix + member.filename.replace("\\", "/"), _time_of(member, zone),
                     _reader(lambda member=member: archive.read(member))), member.file_size, budget)
        for member in members if not member.is_dir()
    ]


def _refuse_hostile(member):
    name = member.filename
    shown = "".join(c if c.isprintable() else "?" for c in name)[:100]
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
        raise Refused(f"a path in the zip leads out of it: {shown}")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "symbolic link" if kind == stat.S_IFLNK else "device"
        raise Refused(f"there is a {what} in the zip: {shown}")
    if member.flag_bits & 1:
        raise Refused(f"the zip is encrypted: {shown}")


def _sized(entry, size, budget):
    if size > budget.largest:
        return Entry(entry.path, why_not=f"larger than {budget.largest >> 20} MB")
    return entry


def _reader(read):
    def reads():
        try:
            return read()
        except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
            raise Damaged("cannot be read: damaged") from None
    return reads


def _time_of(member, zone):
    """A zip keeps the time of the place where it was made, without saying which."""
    try:
        local = datetime(*member.date_time)
    except ValueError:
        return None
    return None if local == NO_TIME else local.replace(tzinfo=zone).astimezone(timezone.utc)
