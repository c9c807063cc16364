"""What became of each check of an assignment."""

import re
from typing import NamedTuple

from .cells import is_answer, kind, marks, read
from .kernel import run

LONGEST_MESSAGE = 12  # lines
NOT_DONE = "not done yet"
STUB = re.compile(r"# YOUR CODE HERE\s+raise NotImplementedError\(\)")


class Check(NamedTuple):
    """A cell that carries points, and what became of it."""

    task: str
    kind: str  # "visible", "hidden" or "written"
    points: float
    got: float = 0.0
    status: str = ""
    message: str = ""


class Sheet(NamedTuple):
    """One assignment: its checks in order, and remarks that concern all of it."""

    name: str
    checks: list
    remarks: list

    def points(self, kind):
        return sum(check.points for check in self.checks if check.kind == kind)

    @property
    def got(self):
        return sum(check.got for check in self.checks if check.kind == "visible")


def look_at(path, time_limit, shown=lambda text: None):
    """Run the notebook at `path` in a fresh kernel; returns its Sheet. Raises Trouble."""
    notebook = read(path)
    cells = notebook.cells
    if not any(map(kind, cells)):
        return Sheet(path.stem, [], [])
    outputs, errors, remarks = run(cells, path.parent, time_limit, lambda text: shown(f"{path.stem}: {text}"))
    checks = [_check(cells, place, outputs, errors) for place in range(len(cells)) if kind(cells[place])]
    checked = {check.task for check in checks if check.kind == "visible"}
    answers = [marks(cell)["grade_id"] for cell in cells if is_answer(cell)]
    remarks += [f"{task}: its check is gone; grading puts it back" for task in answers if task not in checked]
    return Sheet(path.stem, checks, remarks)


def _check(cells, place, outputs, errors):
    """What became of the check that stands at `place`."""
    from nbgrader.utils import compute_checksum, determine_grade

    cell, which = cells[place], kind(cells[place])
    points = float(marks(cell)["points"])
    if which == "written":
        same = marks(cell).get("checksum") == compute_checksum(cell)
        return Check(marks(cell)["grade_id"], which, points, 0.0, NOT_DONE if same else "written")
    before = [i for i in range(place) if is_answer(cells[i])]
    answer = before[-1] if before else None
    task = marks(cells[place if answer is None else answer])["grade_id"]
    if which == "hidden":
        return Check(task, which, points)
    if place in errors:
        return Check(task, which, points, 0.0, "failed", errors[place])
    cell = cell.copy()
    cell.outputs = outputs.get(place, [])
    got, _ = determine_grade(cell)
    failed = [output for output in cell.outputs if output.output_type == "error"]
    if failed and failed[-1].ename == "NotImplementedError":
        left = answer is not None and not STUB.search(cells[answer].source)
        said = "The line `raise NotImplementedError()` is still reached: take it out." if left else ""
        return Check(task, which, points, 0.0, NOT_DONE, said)
    broken = errors.get(answer) or next(
        (_said(output) for output in outputs.get(answer, []) if output.output_type == "error"), "")
    if failed:
        said = f"The cell above this check fails: {broken}" if broken else _said(failed[-1])
        return Check(task, which, points, 0.0, "failed", said)
    if got < points:
        warned = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")
        said = f"A warning was printed, which costs the points:\n{warned.strip()}" if warned else ""
        return Check(task, which, points, got, "failed" if not got else "in part", said)
    return Check(task, which, points, got, "passed")


def _said(output):
    said = output.evalue if output.ename == "AssertionError" else f"{output.ename}: {output.evalue}"
    said = re.sub(r"\x1b\[[0-9;]*m", "", said).strip() or "AssertionError, without a message"
    lines = said.splitlines()
    return "\n".join(lines[:LONGEST_MESSAGE] + ["..."] * (len(lines) > LONGEST_MESSAGE))
