"""Notebooks, and which of their cells carry points."""

import ast
from pathlib import Path

PLACES = ("*.ipynb", "*/*.ipynb", "exercises/*/*.ipynb")


class Trouble(Exception):
    """What keeps a notebook from being looked at, in one line."""


def notebooks(places):
    """The notebooks to look at: files as they are named, and in folders those that hold checks."""
    for place in map(Path, places):
        if not place.is_dir():
            yield place  # if it isn't there, that is said in its turn
        else:
            found = {path.resolve(): path for pattern in PLACES for path in sorted(place.glob(pattern))
                     if not any(part.startswith(".") for part in path.relative_to(place).parts)}
            yield from found.values()


def read(path):
    """The notebook, or Trouble."""
    import nbformat

    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
        for cell in notebook.cells:
            if kind(cell):
                str(marks(cell)["grade_id"]), float(marks(cell)["points"])
        return notebook
    except OSError as error:
        raise Trouble(f"cannot be read: {error.strerror or error}") from None
    except Exception:  # many kinds, from JSON's to nbformat's own
        raise Trouble("is not a complete notebook: download it again, or go back to a copy") from None


def marks(cell):
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def kind(cell):
    """"visible", "hidden" or "written" for a cell with points, else None."""
    if not marks(cell).get("grade"):
        return None
    if marks(cell).get("solution") or cell.cell_type != "code":
        return "written"
    return "hidden" if "BEGIN HIDDEN TESTS" in cell.source or _says_nothing(cell.source) else "visible"


def _says_nothing(source):
    """Whether there are comments only: what a hidden check is before it is put back."""
    try:
        return not ast.parse(source).body
    except SyntaxError:
        return False


def is_answer(cell):
    """Whether a student writes code here."""
    return marks(cell).get("solution") and not marks(cell).get("grade")
