"""A throwaway nbgrader course with this repository's settings, for the tests of grading."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# For nbgrader's settings. Courses are graded side by side, and a kernel's ports are chosen first and bound later:
# two may get the same ones. Not so sockets in the file system; nbgrader runs one kernel at a time in a process.
SOCKETS = """
import os, tempfile
c.KernelManager.transport = "ipc"
c.KernelManager.ip = os.path.join(tempfile.gettempdir(), f"kernel-{os.getpid()}")
"""


def make_course(folder, *assignments):
    """A course directory at `folder`: the repository's configuration and the named assignments'
    source notebooks, no gradebook yet. Returns the folder as a Path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(settings + SOCKETS, encoding="utf-8")
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
