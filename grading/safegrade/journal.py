"""What became of each submission, kept beside the gradebook, which has no place for it.

One line of JSON for every time a submission was dealt with; a student's last line counts. It is only ever
added to, a line with one write, so that neither a killed grader nor two at once can spoil it.
"""

import json
import os
import time
from pathlib import Path

FOLDER = "reports"  # in the course directory


def place(root, assignment):
    return Path(root, FOLDER, assignment, "outcomes.jsonl")


def append(root, assignment, outcome):
    """Add one outcome, a dict with at least a student, as JSON can hold it."""
    path = place(root, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    # a line break on both sides: half a line before it must not spoil this one
    line = "\n" + json.dumps({**outcome, "when": round(time.time())}) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def read(root, assignment):
    """{student: last outcome}. Half a line, from a grader that was killed or a full disk, is left out."""
    found = {}
    path = place(root, assignment)
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            outcome = json.loads(line)
            found[outcome["student"]] = outcome
        except (ValueError, TypeError, KeyError):
            continue
    return found
