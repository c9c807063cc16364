"""A throwaway nbgrader course with this repository's settings, for the tests of grading."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make_course(folder, *assignments):
    """A course directory at `folder`: the repository's configuration and the named assignments'
    source notebooks, no gradebook yet. Returns the folder as a Path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    # Courses are graded side by side. Ports are chosen first and bound later: two kernels may get the same one.
    (folder / "nbgrader_config.py").write_text(settings + 'c.KernelManager.transport = "ipc"\n', encoding="utf-8")
    for name in assignments:
        shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name)
    return folder


def nbgrader(course, *arguments, check=True):
    """Run one nbgrader command in `course`; its output is in the error when it fails."""
    # nbgrader looks for alembic on PATH, and without it leaves a half-made gradebook behind.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True,
    )
    if check and done.returncode:
        raise AssertionError(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done


def submit(course, student, assignment, notebook_text):
    """Hand in `notebook_text` (the .ipynb as a string) for `student`."""
    folder = Path(course) / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{assignment}.ipynb").write_text(notebook_text, encoding="utf-8")
