"""`safegrade report`: what the page and the table say of a class, and that both are safe to open."""

import csv
import json
import re
import shutil
import sys

import nbformat
import pytest
import small
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook
from playwright.sync_api import sync_playwright
from safegrade import journal
from safegrade.release import METADATA_KEY, StampRelease, stale, stamp
from safegrade.report import distribution, grouped, harmless
from test_similarity import COPY, WAYS

FORMULA = '=HYPERLINK("https://example.org/?" & A1)'
MARKUP = "</pre><script>document.title = 'attacked'</script><img src=x onerror=alert(1)>"
STUDENTS = {
    **{f"s{place:02}": {"spread": way} for place, way in enumerate(WAYS)},
    "copier": {"spread": COPY},
    "lost": {"double": "def double(x):\n    return None", "spread": "def spread(x):\n    return x.mean()"},
    "off": {"double": "def double(x):\n    return x + 1"},
    "slow": {"total": "def total(f, n):\n    while True:\n        pass"},
    "sly": {"double": f"def double(x):\n    raise ValueError({MARKUP!r})", "words": MARKUP},
}
NAMES = {"s00": ("Ada", FORMULA, "@ada@example.org"), "s01": ("<b>Bob</b>", "Smith", None),
         "absent": ("Nobody", "Here", None)}


@pytest.fixture(scope="module")
def reported(course):
    """A class graded and reported on: (course, page, rows of the table, what the grader said)."""
    released = course / "exercises" / small.ASSIGNMENT / f"{small.ASSIGNMENT}.ipynb"
    notebook = nbformat.read(released, 4)
    notebook.metadata[METADATA_KEY] = {"assignment": small.ASSIGNMENT, "release": "1.0+aaaaaaaaaaaa"}
    nbformat.write(notebook, released)
    for student, answers in STUDENTS.items():
        notebook = small.filled(course, **answers)
        if student == "off":
            notebook.metadata[METADATA_KEY]["release"] = "1.0+bbbbbbbbbbbb"
        small.hand_in(course, student, notebook)
    (small.hand_in(course, "broken", None) / "small.ipynb").write_text("{")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student, (first, last, email) in NAMES.items():
            gradebook.update_or_create_student(student, first_name=first, last_name=last, email=email)
    said = small.safegrade(course, status=1)
    small.hand_in(course, "late_comer", small.filled(course))
    done = report(course, small.ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    folder = course / "reports" / small.ASSIGNMENT
    assert done.stdout.split() == [str(folder / "report.html"), str(folder / "grades.csv")]
    with open(folder / "grades.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return course, BeautifulSoup((folder / "report.html").read_text(), "html.parser"), rows, said


def report(course, *words):
    return small.command(course, sys.executable, "-m", "safegrade.cli", "report", *words)


def part(page, name):
    """The text between one heading and the next."""
    found = []
    for element in page.find(id=name).find_next_siblings():
        if element.name == "h2":
            break
        found.append(element.get_text(" "))
    return " ".join(" ".join(found).split())


def test_the_table_has_everyone_with_nbgraders_own_scores(reported):
    course, _, rows, _ = reported
    done = small.command(course, sys.executable, "-m", "nbgrader", "export", "--to", "exported.csv")
    assert done.returncode == 0, done.stderr
    with open(course / "exported.csv", encoding="utf-8") as file:
        # its export quotes nothing: count from the end
        lines = [line.split(",") for line in file if "small," in line]
    stock = {words[3]: [float(number) for number in words[-2:]] for words in lines}
    ours = {row[0]: [float(row[5]), float(row[6])] for row in rows[1:] if row[0] != "late_comer"}
    assert ours == stock
    assert rows[0][:4] == ["student_id", "first_name", "last_name", "email"]
    assert rows[0][4:7] == ["assignment", "score", "max_score"]
    assert {len(row) for row in rows} == {9}


def test_no_cell_of_the_table_is_a_formula(reported):
    rows = reported[2]
    assert ["s00", "Ada", "'" + FORMULA, "'@ada@example.org"] in [row[:4] for row in rows]
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+@-]", cell)]


@pytest.mark.parametrize(("text", "cell"), [
    ("=1+1", "'=1+1"), ("  +1", "'  +1"), ("-2", "'-2"), ("@x", "'@x"), ("\t=1", "' =1"), ("a\r\nb", "a  b"),
    ("Anne-Marie", "Anne-Marie"), (None, ""), ("", ""),
])
def test_what_a_spreadsheet_would_calculate_is_made_text(text, cell):
    assert harmless(text) == cell


def test_the_page_says_who_needs_a_person_and_why(reported):
    shown = part(reported[1], "people")
    assert "broken corrupt notebook" in shown
    assert "late_comer handed in, not graded: run safegrade" in shown
    assert f"{len(STUDENTS)} answers wait for marking by hand: words ." in shown
    assert "timed out (total-visible)" in shown
    assert "off another release: 1.0+bbbbbbbbbbbb, the course's is 1.0+aaaaaaaaaaaa" in shown
    assert "1 handed in nothing Nobody Here (absent)" in shown


def test_remarks_outlive_the_run(reported):
    course, _, _, said = reported
    kept = journal.read(course, small.ASSIGNMENT)
    assert {name: entry["remarks"] for name, entry in said.items()} == {
        name: entry["remarks"] for name, entry in kept.items()}
    small.safegrade(course, "--student", "off", "--force")
    assert report(course, small.ASSIGNMENT).returncode == 0
    again = (course / "reports" / small.ASSIGNMENT / "report.html").read_text()
    assert "corrupt notebook" in again and "timed out" in again


def test_the_distribution_counts_every_graded_submission_once(reported):
    page = reported[1]
    counts = [int(row("td")[1].get_text()) for row in page.find(id="marks").find_next("table").tbody("tr")]
    assert sum(counts) == len(STUDENTS) and len(page.svg("rect")) == 10
    assert page.svg["role"] == "img" and page.svg["aria-label"].startswith("Distribution of marks: ")


@pytest.mark.parametrize(("scores", "counts"), [
    ([0, 0.5, 1.99], [3] + [0] * 9), ([20], [0] * 9 + [1]), ([2, 3.99, 4], [0, 2, 1] + [0] * 7),
    ([0.3 + 0.3 * 10], [0, 1] + [0] * 8),
])
def test_a_bar_has_its_lower_end_and_the_last_one_the_maximum(scores, counts):
    assert [count for _, _, count in distribution(scores, 20)] == counts


def test_each_check_says_how_many_failed_it_and_with_which_message(reported):
    shown = part(reported[1], "checks")
    assert f"double-visible 1 point: failed by 3 of {len(STUDENTS)}." in shown
    for message in ("double(3) is 6, yours is 4.", "double returned None.", "ValueError: </pre><script>"):
        assert f"1 × {message}" in shown
    assert f"double-hidden Hidden, 1 point: failed by 3 of {len(STUDENTS)}." in shown
    assert f"total-parts 1 point: failed by 1 of {len(STUDENTS)}." in shown
    assert "words" not in shown


def test_messages_that_differ_in_numbers_are_one():
    said = ["Expected 3, yours is 1.5e-3.", "Expected 3, yours is nan.", "Expected 3, yours is -7.", "None."]
    assert grouped(said) == [(3, "Expected •, yours is •"), (1, "None.")]
    assert grouped(["[1. 2. 3.] is wrong", "[1. 2.] is wrong"]) == [(2, "[•] is wrong")]
    assert grouped(["log_2 of 4", "log_2 of 4"]) == [(2, "log_2 of 4")]
    assert grouped(["x23 is 4", "x23 is 5"]) == [(2, "x23 is •")]


def test_a_copied_answer_is_shown_beside_its_twin(reported):
    page = reported[1]
    (pair,) = [details for details in page.find(id="alike").find_next_siblings("details")
               if details.find(class_="two")]
    assert pair.summary.get_text().startswith("copier and s06: spread (")
    assert [shown.get_text().strip() for shown in pair("pre")] == [COPY.strip(), WAYS[6]]
    assert "cannot tell who copied" in part(page, "alike")


def test_the_time_is_the_graders(reported):
    shown = part(reported[1], "time")
    assert f"s for {len(STUDENTS)} submissions" in shown and "Slowest slow " in shown


def test_the_page_is_safe_accessible_and_fits_a_phone(reported):
    course, page, _, _ = reported
    assert not page(["script", "img", "link", "iframe", "b"])
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    address = (course / "reports" / small.ASSIGNMENT / "report.html").as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for width in (390, 1280):
            shown = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
            asked, said = [], []
            shown.on("request", lambda request: asked.append(request.url))
            shown.on("console", lambda message: said.append(message.text))
            shown.goto(address)
            shown.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
            assert (asked, said, shown.title()) == ([address], [], f"Report: {small.ASSIGNMENT}")
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            assert Axe().run(shown).response["violations"] == []
        browser.close()


@pytest.mark.parametrize("words", [["nothing"], ["small", "--course", "elsewhere"]], ids=" ".join)
def test_what_does_not_exist_is_said_in_one_line(reported, words):
    (reported[0] / "elsewhere").mkdir(exist_ok=True)
    done = report(reported[0], *words)
    ours = [line for line in done.stderr.splitlines() if line.startswith("safegrade: ")]
    assert done.returncode == 2 and len(ours) == 1 and "Traceback" not in done.stderr, done.stderr
    assert not (reported[0] / "elsewhere" / "gradebook.db").exists()


def test_a_damaged_journal_loses_its_damaged_lines_only(tmp_path):
    journal.append(tmp_path, "a", {"student": "ada", "remarks": ["one"]})
    with open(journal.place(tmp_path, "a"), "ab") as file:
        file.write(b'{"student": "ada", "remarks": ["tw')
    journal.append(tmp_path, "a", {"student": "bob", "remarks": []})
    with open(journal.place(tmp_path, "a"), "ab") as file:
        file.write(b'\xff\n[1]\n"x"\n{}\n{"student": ["x"]}\n')
    found = journal.read(tmp_path, "a")
    assert {name: entry["remarks"] for name, entry in found.items()} == {"ada": ["one"], "bob": []}
    assert journal.read(tmp_path, "b") == {}


# ---------------------------------------------------------------------------------- releases


def test_a_stamp_is_read_as_short_text_or_not_at_all():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title")])
    made = StampRelease(version="1.0").preprocess(notebook, {"nbgrader": {"assignment": "small"}})[0].metadata
    assert stamp(made) == {METADATA_KEY: made[METADATA_KEY]}
    assert stamp({METADATA_KEY: {"release": "\x1b[31m" + "x" * 10**6, "other": 1}}) == {
        METADATA_KEY: {"release": "?[31m" + "x" * 55}}
    for odd in (None, [], {}, {METADATA_KEY: "x"}, {METADATA_KEY: {"release": 3}}):
        assert stamp(odd) == {}


def test_a_notebook_of_another_release_or_assignment_is_named(tmp_path):
    def made(assignment, release):
        return {METADATA_KEY: {"assignment": assignment, "release": release}}

    released = tmp_path / "small.ipynb"
    assert stale(made("small", "1"), released) is None, "there is nothing to compare with"
    released.write_text(json.dumps({"metadata": made("small", "2")}))
    assert stale(made("small", "2"), released) is None and stale({}, released) is None
    assert stale(made("small", "1"), released) == "another release: 1, the course's is 2"
    assert stale(made("large", "2"), released) == "notebook of another assignment: large"
    released.write_text("{")
    assert stale(made("small", "1"), released) is None
