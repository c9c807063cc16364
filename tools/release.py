"""Release the exercises.

    python tools/release.py                          exercises/ from solutions/
    python tools/release.py --check                  only say whether exercises/ is in step
    python tools/release.py --seed SEED --to FOLDER  a course of your own, its hidden tests private

`make release`, and `make release SEED=... COURSE=...`, call this.
"""

import argparse
import contextlib
import filecmp
import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.apps import GenerateAssignmentApp
from nbgrader.utils import compute_checksum, is_solution
from nbgrader.validator import Validator
from safegrade.release import reseed
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent


def generate(course, *options):
    """`nbgrader generate_assignment` on every assignment in `course`; a failure ends the program."""
    # nbgrader looks for alembic on PATH, and without it leaves a half-made gradebook behind.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with contextlib.chdir(course):
        app = GenerateAssignmentApp(log_level="WARN")
        app.initialize(["*", *options])
        app.start()


def copy_course(course):
    """The configuration and the solutions, without what notebooks leave lying about."""
    shutil.copy(ROOT / "nbgrader_config.py", course)
    ignore = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", "*.pyc")
    shutil.copytree(ROOT / "solutions", course / "solutions", ignore=ignore)


def files(folder):
    ignored = {".ipynb_checkpoints", "__pycache__"}
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in found if not ignored & set(path.parts)}


def answers(path):
    """The answer cells of an exercise that somebody has filled in."""
    if path.suffix != ".ipynb":
        return []
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if is_solution(cell)]
    return [
        cell.metadata.nbgrader.grade_id for cell in cells
        if cell.metadata.nbgrader.get("checksum") != compute_checksum(cell)
    ]


def release(check):
    exercises = ROOT / "exercises"
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        copy_course(course)
        generate(course, "--no-db")
        released = course / "exercises"
        new, old = files(released), files(exercises)
        same = {path for path in new & old if filecmp.cmp(released / path, exercises / path, shallow=False)}
        stale = sorted((new | old) - same)
        if check and stale:
            listed = "\n  ".join(map(str, stale))
            sys.exit(f"exercises/ is out of step with solutions/; run make release:\n  {listed}")
        for path in stale:
            if path not in new:
                sys.exit(f"exercises/{path} comes from no solution; move it away, then release again")
            if path in old and answers(exercises / path):
                sys.exit(f"exercises/{path} holds answers; move it away, then release again")
        for path in stale:
            (exercises / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(released / path, exercises / path)
            print(f"released exercises/{path}")
    if not stale:
        print("exercises/ is in step with solutions/")


def private_release(seed, course):
    if course.exists() and any(course.iterdir()):
        names = ("submitted", "gradebook.db", "autograded", "feedback")
        work = ", ".join(name for name in names if (course / name).exists())
        holds = f"it holds {work}" if work else "it is not empty"
        sys.exit(f"{course} is left as it is: {holds}. Move it away, or release into another folder.")

    # Built aside and moved into place when complete: a failure leaves no half-made course.
    course.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.parent, prefix=".release-") as folder:
        new = Path(folder) / course.name
        new.mkdir()
        copy_course(new)
        if course.resolve().is_relative_to(ROOT):
            (new / ".gitignore").write_text("*\n", encoding="utf-8")  # never published by an oversight
        config = PyFileConfigLoader("nbgrader_config.py", path=str(new)).load_config()
        for path in sorted((new / "solutions").glob("*/*.ipynb")):
            nb = nbformat.read(path, as_version=4)
            varied, unvaried = reseed(nb, seed)
            nbformat.write(nb, path)
            failed = Validator(config=config).validate(str(path)).get("failed", [])
            if failed:
                error = failed[0]["raw_error"]
                sys.exit(f"{path.stem}: the solution fails a check under this seed:\n{error}")
            print(f"{path.stem}: {len(varied)} hidden tests with new seeds; the solution passes them")
            for grade_id in unvaried:
                print(f"{path.stem}: {grade_id} names no seed and stays as published")
        generate(new)
        if course.exists():
            course.rmdir()
        new.rename(course)
    print(f"A course of your own is in {course}; run nbgrader there.")


def main():
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if out of step")
    parser.add_argument("--seed", help="any words that students do not know")
    parser.add_argument("--to", type=Path, default=Path("private"), help="where the private course goes")
    arguments = parser.parse_args()
    if arguments.seed:
        private_release(arguments.seed, arguments.to)
    else:
        release(arguments.check)


if __name__ == "__main__":
    main()
