"""safegrade report ASSIGNMENT: one page for the instructor, and a table for a learning-management system."""

import argparse
import csv
import re
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import mean, median, quantiles

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import journal
from .similarity import SHORTEST, Task, shared_lines, squeezed, suspicious

BARS = 10  # of the distribution
MOST_MESSAGES, MOST_PAIRS, SLOWEST = 6, 30, 5  # that are listed
LONGEST = 4000  # characters of an answer that is shown beside another
NUMBERS = re.compile(r"(?<![A-Za-z_0-9])[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan\b|inf\b)")
COLUMNS = ["student_id", "first_name", "last_name", "email", "assignment", "score", "max_score",
           "late_penalty", "waits_for_marking"]


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="safegrade report",
        description="Write what an instructor wants to know of a graded assignment into reports/ASSIGNMENT/: "
                    "report.html, one page that needs nothing else, and grades.csv, which a "
                    "learning-management system takes (Moodle: Grades, Import, CSV file).")
    parser.add_argument("assignment")
    parser.add_argument("--course", default=".", metavar="FOLDER",
                        help="the course directory (default: here)")
    return parser.parse_args(argv)


def main(argv=None):
    from .cli import configuration
    from .results import MissingEntry, Results

    options = arguments(argv)
    app = configuration(options.course)
    database = app.coursedir.db_url.removeprefix("sqlite:///")
    if app.coursedir.db_url != database and not Path(database).exists():  # it would be made, and be empty
        return complain(f"no gradebook {database}")
    try:
        results = Results(app.coursedir, options.assignment)
    except MissingEntry:
        return complain(f"the gradebook knows no assignment {options.assignment}")
    folder = journal.place(app.coursedir.root, options.assignment).parent
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(page(results), encoding="utf-8")
    with open(folder / "grades.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table(results))
    for name in ("report.html", "grades.csv"):
        print(folder / name)
    return 0


def complain(text):
    print(f"safegrade: {text}", file=sys.stderr)
    return 2


# ---------------------------------------------------------------------------------- the table


def table(results):
    """The rows of grades.csv, everyone in the gradebook among them: who handed in nothing has nothing."""
    yield COLUMNS
    for entry in results.entries.values():
        texts = [entry.student, entry.first_name, entry.last_name, entry.email, results.assignment]
        yield [*map(harmless, texts), f"{entry.score:g}", f"{results.max_score:g}", f"{entry.penalty:g}",
               "yes" if entry.waiting else "no"]


def harmless(text):
    """A cell that no spreadsheet takes for a formula."""
    text = "".join(c if c.isprintable() else " " for c in text or "")
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@") and text.strip() else text


# ---------------------------------------------------------------------------------- the page


def page(results):
    graded = [entry for entry in results.entries.values() if entry.graded and entry.marks]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates" / "report"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["points"] = lambda value: f"{round(value, 2):g}"
    return environment.get_template("report.html.j2").render(
        assignment=results.assignment, course=results.coursedir.course_id, max_score=results.max_score,
        made=time.strftime("%Y-%m-%d %H:%M"), students=len(results.entries), graded=len(graded),
        missing=[entry.name for entry in results.entries.values() if not entry.handed_in],
        scores=summary([entry.score for entry in graded]),
        bars=distribution([entry.score for entry in graded], results.max_score),
        people=who_needs_a_person(results), remarked=other_remarks(results), waiting=waiting(results),
        checks=[check_by_check(check, graded) for check in results.checks if check.kind != "manual"],
        pairs=alike(results), shortest=SHORTEST, timing=timing(graded))


def summary(scores):
    if not scores:
        return None
    low, middle, high = quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else scores * 3
    return {"mean": mean(scores), "low": low, "median": middle, "high": high, "most": max(scores),
            "least": min(scores)}


def distribution(scores, max_score):
    """[(from, to, how many)]: equal parts of 0 to the maximum; a bar has its lower end, the last one both."""
    width = (max_score or 1) / BARS
    counts = Counter(min(BARS - 1, int(score / width + 1e-9)) for score in scores)
    return [(width * bar, width * (bar + 1), counts[bar]) for bar in range(BARS)]


def who_needs_a_person(results):
    """[(name, [why])]"""
    found = []
    for entry in results.entries.values():
        why = []
        if entry.outcome.get("needs_human"):
            why += entry.remarks
        elif entry.handed_in and not entry.graded and not entry.outcome:
            why.append("handed in, not graded: run safegrade")
        if entry.newer:
            why.append("handed in again since it was graded: run safegrade")
        if why:
            found.append((entry.name, why))
    return found


def other_remarks(results):
    return [(entry.name, entry.remarks) for entry in results.entries.values()
            if entry.remarks and not entry.outcome.get("needs_human")]


def waiting(results):
    """[(cell, [names of those whose answer waits for marking by hand])]"""
    found = {check.name: [] for check in results.checks}
    for entry in results.entries.values():
        for name in entry.waiting:
            found.setdefault(name, []).append(entry.name)
    return [(name, names) for name, names in found.items() if names]


def check_by_check(check, graded):
    place = check.notebook, check.name
    tried = [entry for entry in graded if place in entry.marks]
    failed = [entry for entry in tried if not entry.marks[place].auto]
    partly = sum(0 < (entry.marks[place].auto or 0) < check.max_score for entry in tried)
    said = grouped(entry.messages.get(place, "(no message)") for entry in failed)
    return {"name": check.name, "hidden": check.kind == "hidden", "points": check.max_score,
            "tried": len(tried), "failed": len(failed), "partly": partly, "said": said[:MOST_MESSAGES],
            "others": sum(count for count, _ in said[MOST_MESSAGES:])}


def grouped(messages):
    """[(how many, message)], the most frequent first. Messages that differ in their numbers only are one,
    with a dot for each number."""
    found = {}
    for message in messages:
        pattern = re.sub(r"•(?:[,\s\[\]]*•)+", "•", NUMBERS.sub("•", message).replace("•.", "•"))
        found.setdefault(pattern, []).append(message)
    shown = [(len(texts), texts[0] if len(set(texts)) == 1 else pattern) for pattern, texts in found.items()]
    return sorted(((count, text[:600]) for count, text in shown), key=lambda item: (-item[0], item[1]))


def alike(results):
    """The pairs of suspiciously equal answers, with what is shown of them."""
    several = len({notebook for notebook, _ in results.answers}) > 1
    cells = {f"{cell[0]}/{cell[1]}" if several else cell[1]: cell for cell in results.answers}
    found = suspicious([
        Task(task, results.answers[cell], *results.released[cell]) for task, cell in cells.items()])
    shown = []
    for pair in found[:MOST_PAIRS]:
        tasks = []
        for part in pair.tasks:
            sources = [results.answers[cells[part.task]][student][:LONGEST] for student in pair.students]
            same = shared_lines(*sources)
            marked = [[(line, squeezed(line) in same) for line in text.splitlines()] for text in sources]
            tasks.append({**part._asdict(), "answers": marked})
        names = [results.entries[student].name for student in pair.students]
        shown.append({"names": names, "tasks": tasks, "evidence": pair.evidence})
    return {"shown": shown, "more": len(found) - len(shown)}


def timing(graded):
    timed = [entry for entry in graded if entry.seconds()]
    if not timed:
        return None
    total = sum(entry.seconds() for entry in timed)
    slowest = sorted(timed, key=lambda entry: -entry.seconds())[:SLOWEST]
    return {"count": len(timed), "total": total, "median": median(entry.seconds() for entry in timed),
            "students": sum(entry.seconds("student_seconds") for entry in timed) / total,
            "slowest": [(entry.name, entry.seconds()) for entry in slowest]}
