"""What leaves the instructor's desk: the stamp on a released notebook, and private variants of one."""

import hashlib
import json
import re
from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

METADATA_KEY = "mind_the_gap"
# The roles and points that nbgrader grades by; the rest of its metadata is bookkeeping.
GRADED_BY = ("grade_id", "grade", "solution", "locked", "task", "points")
HIDDEN_SEED = re.compile(r"^(?P<name>[ \t]*seed = )\d+(?P<mark>[ \t]+# hidden)[ \t]*$", re.MULTILINE)


def fingerprint(nb):
    """Twelve hexadecimal digits that change with any source cell, its role or its points.

    Solutions and hidden tests count; outputs, cell ids and execution counts do not.
    """
    cells = [
        [cell.cell_type, cell.source, [cell.metadata.get("nbgrader", {}).get(key) for key in GRADED_BY]]
        for cell in nb.cells
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:12]


class StampRelease(NbGraderPreprocessor):
    """Write into a released notebook which release it is: in its metadata for a program, and under
    its first heading for the student who asks about it. It must run before nbgrader clears anything.
    """

    version = Unicode("", help="The course's version, put before the fingerprint").tag(config=True)

    def preprocess(self, nb, resources):
        release = "+".join(filter(None, [self.version, fingerprint(nb)]))
        nb.metadata[METADATA_KEY] = {"assignment": resources["nbgrader"]["assignment"], "release": release}
        heading = next((cell for cell in nb.cells if cell.cell_type == "markdown"), None)
        # An answer cell is the student's to fill in: leave it alone.
        if heading is not None and not heading.metadata.get("nbgrader", {}).get("solution"):
            heading.source += f"\n\nRelease `{release}`; quote it when you ask about this notebook."
        return nb, resources


def stamp(metadata):
    """The stamp in a notebook's metadata, made anew from what may be any JSON: {METADATA_KEY: ...}, or {}."""
    found = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        return {}
    texts = {key: found[key] for key in ("assignment", "release") if isinstance(found.get(key), str)}
    if not texts:
        return {}
    return {METADATA_KEY: {
        key: "".join(c if c.isprintable() else "?" for c in text[:60]) for key, text in texts.items()}}


def stale(metadata, released):
    """A remark if a notebook is stamped with another release than the course's, else None.

    metadata : of the notebook handed in, any JSON.
    released : path of the course's released notebook, which need not exist.
    """
    theirs = stamp(metadata).get(METADATA_KEY)
    try:
        ours = stamp(json.loads(Path(released).read_text(encoding="utf-8"))["metadata"]).get(METADATA_KEY)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not theirs or not ours or theirs == ours:
        return None
    if theirs.get("assignment") != ours.get("assignment"):
        return f"notebook of another assignment: {theirs.get('assignment', 'unnamed')}"
    theirs, ours = (made.get("release", "unnamed") for made in (theirs, ours))
    return f"another release: {theirs}, the course's is {ours}"


def private_seed(secret, grade_id, place=0):
    """The number that takes the place of a public hidden seed: nobody gets it without `secret`."""
    digest = hashlib.sha256(json.dumps([secret, grade_id, place]).encode()).digest()
    return int.from_bytes(digest[:4], "big")


def reseed(nb, secret):
    """Replace every `seed = N  # hidden` in the notebook, in place, and drop the changed cells' outputs.

    Returns (varied, unvaried): the grade ids of the test cells with hidden tests whose seeds were
    replaced, and of those that name no seed and so stay as published.
    """
    varied, unvaried = [], []
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        places = iter(range(len(cell.source)))
        source, count = HIDDEN_SEED.subn(
            lambda found: f"{found['name']}{private_seed(secret, grade_id, next(places))}{found['mark']}",
            cell.source,
        )
        if count:
            varied.append(grade_id)
            cell.update(source=source, outputs=[], execution_count=None)
        elif "BEGIN HIDDEN TESTS" in cell.source:
            unvaried.append(grade_id)
    return varied, unvaried
