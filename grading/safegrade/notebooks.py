"""Notebooks as they are handed in, whatever they are, made into notebooks as they were released."""

import ast
import json
import re
import uuid

import nbformat
from nbformat import NotebookNode

from .release import stamp

MAX_CELLS = 2000
NOT_RUN = {"output_type": "error", "ename": "NotRun", "evalue": "This cell did not run to its end.",
           "traceback": []}


class Refused(Exception):
    """A submission that is not run at all, and why."""


def read(path):
    """(notebook, metadata as it came) of what was handed in under a notebook's name; or Refused. Without
    nbformat's validation: it can be made to take for ever, and everything is made anew here."""
    raw = path.read_bytes()
    try:
        found = json.loads(raw.decode("utf-8-sig"))
        if found["nbformat"] != 4:
            form = str(found["nbformat"])[:9]
            raise Refused(f"notebook of format {form}, not 4: open and save it in Jupyter")
        cells = [_normal_cell(cell) for cell in found["cells"]]
        metadata = found.get("metadata", {})
    except Refused:
        raise
    except RecursionError:
        raise Refused("corrupt notebook: nested too deep") from None
    except UnicodeDecodeError:
        raise Refused("corrupt notebook: not UTF-8") from None
    except Exception as error:  # whatever the JSON makes this stumble over
        raise Refused(f"corrupt notebook: {type(error).__name__}") from None
    if len(cells) > MAX_CELLS:
        raise Refused(f"corrupt notebook: more than {MAX_CELLS} cells")
    metadata = metadata if isinstance(metadata, dict) else {}
    kept = {name: _texts(metadata[name]) for name in ("kernelspec", "language_info")
            if isinstance(metadata.get(name), dict)}
    kept.update(stamp(metadata))
    made = {"cells": cells, "metadata": kept, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(made), metadata


def _normal_cell(cell):
    """A cell with just what a cell has, as text; outputs are dropped, they are made anew."""
    kind = cell["cell_type"] if cell["cell_type"] in ("code", "markdown") else "raw"
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    metadata = cell.get("metadata", {})
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    made = {"cell_type": kind, "id": uuid.uuid4().hex[:8],
            "source": source.encode("utf-8", "replace").decode(),
            "metadata": {"nbgrader": {"grade_id": grade_id}} if isinstance(grade_id, str) else {}}
    if kind == "code":
        made.update(outputs=[], execution_count=None)
    elif isinstance(cell.get("attachments"), dict):
        made["attachments"] = {str(name): _texts(item) for name, item in cell["attachments"].items()
                               if isinstance(item, dict)}
    return made


def _texts(values):
    return {str(key): value for key, value in values.items() if isinstance(value, str)}


def grade_id(cell):
    """nbgrader's name of a cell, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def set_roles(node, known):
    """Give every cell the role its name has in the gradebook; of several with one name, the last has it."""
    seen = set()
    for cell in reversed(node.cells):
        name = cell.metadata.pop("nbgrader", {}).get("grade_id")
        record = known.get(name)
        if record is None or name in seen:
            continue
        seen.add(name)
        _become(cell, record)


def _become(cell, record):
    cell.metadata["nbgrader"] = NotebookNode(record.marks)
    if record.locked:
        cell.source = record.source
    if cell.cell_type != record.cell_type:
        cell.cell_type = record.cell_type
        if record.cell_type == "code":
            cell.pop("attachments", None)
            cell.update(outputs=[], execution_count=None)
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def restore(node, known):
    """Put deleted graded cells back, each after the nearest cell before it that is there."""
    places = {grade_id(cell): cell for cell in node.cells}
    before = None
    for name, record in known.items():
        if name not in places and record.restored:
            cell = nbformat.from_dict({"cell_type": "raw", "id": uuid.uuid4().hex[:8], "metadata": {},
                                       "source": record.source})
            _become(cell, record)
            node.cells.insert(node.cells.index(before) + 1 if before is not None else 0, cell)
            places[name] = cell
        before = places.get(name, before)


def code_cells(node, known):
    """(cells, places, missing): the code cells as a job has them (see slot.py), where each stands in the
    notebook, and the sources of locked cells that are not in it."""
    cells, places = [], []
    for place, cell in enumerate(node.cells):
        if cell.cell_type == "code":
            record = known.get(grade_id(cell))
            kind = record.kind if record else "student"
            places.append(place)
            cells.append({"kind": kind, "source": record.source if kind != "student" else cell.source})
    present = {grade_id(cell) for cell in node.cells}
    missing = [record.source for name, record in known.items()
               if record.kind == "locked" and name not in present]
    return cells, places, missing


def fill(node, places, results):
    """Put the outputs of a run into the notebook. Yields (remark, cell's name or number) of each cell with
    one. A cell without a result did not run, and a test that did not has failed."""
    for place, index in enumerate(places):
        cell = node.cells[index]
        outputs, remark, failed = results.get(place) or ([], "not run", True)
        if failed and not any(output["output_type"] == "error" for output in outputs):
            outputs = [*outputs, NOT_RUN]
        cell.execution_count = place + 1
        cell.outputs = [nbformat.from_dict(_with_count(output, place + 1)) for output in outputs]
        if remark:
            yield remark, grade_id(cell) or f"cell {place + 1}"


def _with_count(output, count):
    return {**output, "execution_count": count} if output["output_type"] == "execute_result" else output


def imported_modules(source):
    """Every module that a cell's import statements name, and may name."""
    try:
        tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M))
    except SyntaxError:
        return set()
    found = set()
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            found.add(statement.module)
            found |= {f"{statement.module}.{alias.name}" for alias in statement.names}
    return found
