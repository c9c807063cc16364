"""How fast submissions are graded, and for how much memory: by `nbgrader autograde` and by `safegrade`, the
same submissions on the same two cores, one after the other; and what a large class costs.

Usage: python benchmarks/grading.py [--submissions 60] [--sizes 20 60 180 500] [--only stock|sizes|shares]

Prints tables and writes them to benchmarks/grading.md, with the numbers in grading.json.
Submissions are the released notebook filled in with answers of tests/answers/: right ones, and in every
second submission a wrong one. Their plots are drawn by both graders. One right answer that computes for
seven seconds by itself is left out.
Memory is the peak, over samples half a second apart, of what the command and all processes below it hold
together, a shared page counted once (Linux's PSS).
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from measuring import HERE, ROOT, described, machine, run

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "grading")]
from course import submit  # noqa: E402
from pipeline import Course, answers, assignments  # noqa: E402
from safegrade.rules import name_of, role  # noqa: E402

MAIN = "evidence"  # the assignment that the graders are compared on
CORES = sorted(os.sched_getaffinity(0))[:2]
CLASS = 10_000
# A loop over a million flips, again and again for a plot: seven seconds under either grader, which would
# make a comparison of graders one of students.
LABORIOUS = {"right_one_flip_at_a_time"}


def fill(folder, assignment, count):
    """A course at `folder` with `count` submissions, none graded yet: everybody takes right answers, in turn,
    and every second student has one task wrong, each wrong answer in turn. But nobody takes LABORIOUS ones."""
    course = Course(folder)
    released = nbformat.writes(course.released(assignment))
    right = {}
    for answer in answers(assignment):
        if answer.kind == "right" and answer.path.stem not in LABORIOUS:
            right.setdefault(answer.function, []).append(answer)
    wrong = [answer for answer in answers(assignment) if answer.kind == "wrong"]
    for number in range(count):
        chosen = {function: found[number % len(found)] for function, found in right.items()}
        if number % 2:
            answer = wrong[number // 2 % len(wrong)]
            chosen[answer.function] = answer
        notebook = nbformat.reads(released, as_version=4)
        for cell in notebook.cells:
            if role(cell) == "solution" and name_of(cell) in chosen:
                cell.source = chosen[name_of(cell)].source
        submit(course.folder, f"student{number:04}", assignment, nbformat.writes(notebook))
    return course


def measure(folder, *command):
    """What `run` says of a command of this environment, on CORES, in a course's folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return run([sys.executable, "-m", *command], CORES, every=0.5, cwd=folder, stderr=subprocess.DEVNULL,
               env={**os.environ, "PATH": path})


def safe(folder, assignment):
    measured, printed = measure(folder, "safegrade.cli", assignment, "--json", "--workers", str(len(CORES)))
    submissions = json.loads(printed)["submissions"]
    for name in ("seconds", "student_seconds"):
        measured[f"examined_{name}"] = sum(entry[name] for entry in submissions)
    return measured


def marks(folder):
    """{student: points that were given automatically}"""
    query = """
        select submitted_assignment.student_id, sum(grade.auto_score) from grade
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        group by submitted_assignment.student_id"""
    with sqlite3.connect(Path(folder, "gradebook.db")) as connection:
        return dict(connection.execute(query).fetchall())


def compare(count):
    """The two graders on copies of one course, with the number of students whose marks differ."""
    with tempfile.TemporaryDirectory() as folder:
        course = fill(Path(folder, "safe"), MAIN, count).folder
        stock = shutil.copytree(course, Path(folder, "stock"))
        measured = {"nbgrader autograde": measure(stock, "nbgrader", "autograde", MAIN)[0]}
        measured["safegrade"] = safe(course, MAIN)
        ours, theirs = marks(course), marks(stock)
    assert len(ours) == len(theirs) == count
    different = sum(ours[student] != theirs[student] for student in ours)
    return {"submissions": count, "different": different, **measured}


def scale(sizes):
    """safegrade alone, on more and more submissions."""
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        whole = fill(Path(folder, "whole"), MAIN, max(sizes)).folder
        for size in sizes:
            course = shutil.copytree(whole, Path(folder, str(size)))
            for student in sorted((course / "submitted").iterdir())[size:]:
                shutil.rmtree(student)
            measured[size] = safe(course, MAIN)
            shutil.rmtree(course)
    return measured


def shares(count):
    """safegrade on every assignment."""
    measured = {}
    for assignment in assignments():
        with tempfile.TemporaryDirectory() as folder:
            course = fill(folder, assignment, count).folder
            measured[assignment] = {"submissions": count, **safe(course, assignment)}
    return measured


# ---------------------------------------------------------------------------------------------- report

def line_through(sizes):
    """(seconds a submission, seconds before the first) by least squares."""
    numbers = list(sizes)
    seconds = [sizes[number]["seconds"] for number in numbers]
    mean = sum(numbers) / len(numbers), sum(seconds) / len(seconds)
    slope = (sum((n - mean[0]) * (s - mean[1]) for n, s in zip(numbers, seconds))
             / sum((n - mean[0]) ** 2 for n in numbers))
    return slope, mean[1] - slope * mean[0]


def report_compare(found):
    count = found["submissions"]
    lines = [f"## {count} submissions of `{MAIN}`, the same for both", "",
             "| | seconds | seconds a submission | submissions an hour | peak memory (MiB) |",
             "|---|---:|---:|---:|---:|"]
    for name in ("nbgrader autograde", "safegrade"):
        one = found[name]
        lines.append(f"| {name} | {one['seconds']:.0f} | {one['seconds'] / count:.2f} "
                     f"| {3600 * count / one['seconds']:.0f} | {one['megabytes']:.0f} |")
    ratio = found["nbgrader autograde"]["seconds"] / found["safegrade"]["seconds"]
    return [*lines, "",
            f"`safegrade` grades **{ratio:.1f} times** as many submissions an hour, its start included. The "
            f"two gave {found['different'] or 'no'} of the {count} students different marks"
            + (" (see the instructors' page: text on stderr)." if found["different"] else "."), ""]


def report_sizes(found):
    lines = ["## From a seminar to a course", "",
             "| submissions | seconds | seconds a submission | peak memory (MiB) |", "|---:|---:|---:|---:|"]
    for size, one in found.items():
        seconds = one["seconds"]
        lines.append(f"| {size} | {seconds:.0f} | {seconds / size:.2f} | {one['megabytes']:.0f} |")
    each, start = line_through(found)
    largest = max(found)
    off = max(abs(one["seconds"] - start - each * size) / one["seconds"] for size, one in found.items())
    own = found[largest]["own_seconds"] / largest
    hours = CLASS * each / 3600
    return [*lines, "",
            f"A line through these, {start:.1f} s and {each:.2f} s a submission, misses none by more than "
            f"{100 * off:.0f} %. A class of {CLASS:,} takes {hours:.1f} hours on these {len(CORES)} cores, "
            f"{hours * len(CORES):.1f} core hours. The grading process itself works {1000 * own:.0f} ms a "
            f"submission (gradebook, notebooks), one at a time: more than about "
            f"{each * len(CORES) / own:.0f} workers do not make it faster, and with those the class takes "
            f"{CLASS * own / 60:.0f} minutes.", ""]


def report_shares(found):
    lines = ["## What the time goes into", "",
             "Seconds that one worker has a submission, and how much of them passes in the student's own",
             "code: in the student's cells, plots among them, and in the calls of the tests.", "",
             "| assignment | a submission (s) | the student's code (s) | outside it |",
             "|---|---:|---:|---:|"]
    for name, one in found.items():
        whole = one["examined_seconds"] / one["submissions"]
        students = one["examined_student_seconds"] / one["submissions"]
        lines.append(f"| `{name}` | {whole:.2f} | {students:.2f} | {100 * (1 - students / whole):.0f} % |")
    return [*lines, ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=60, help="for the comparison (default: 60)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 60, 180, 500], help="of classes")
    parser.add_argument("--only", choices=["stock", "sizes", "shares"],
                        help="measure only this, and write no file")
    options = parser.parse_args()
    parts = {
        "stock": (compare, options.submissions, report_compare),
        "sizes": (scale, options.sizes, report_sizes),
        "shares": (shares, 12, report_shares),
    }
    where = machine()
    text = [
        "# Speed of grading", "",
        "Written by `benchmarks/grading.py`. Memory is the peak of the whole process tree, shared pages",
        "counted once.", "",
        described(where, f", {len(CORES)} of them used"), "",
    ]
    results = {}
    for name, (measured, argument, report) in parts.items():
        if options.only in (None, name):
            results[name] = measured(argument)
            lines = report(results[name])
            print("\n".join(lines), flush=True)
            text += lines
    if not options.only:
        (HERE / "grading.md").write_text("\n".join(text), encoding="utf-8")
        (HERE / "grading.json").write_text(json.dumps({"machine": where, **results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
