"""The road an instructor knows, nbgrader's own commands from release to export, and its feedback pages.

Three submissions of the first assignment take it: the solution itself, the notebook untouched, and one
with a right answer among wrong ones that try to carry the hidden tests home in the feedback.
"""

import ast
import csv
import html
import os
import re
import shutil

import nbformat
import pytest
from bs4 import BeautifulSoup
from course import ROOT, make_course, nbgrader, submit
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from playwright.sync_api import sync_playwright
from safegrade.feedback import clean, mathml

# one worker for all: the course takes longer to make than to test
NAME = "evidence"
SOURCE = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
CELLS = {cell.metadata.nbgrader.grade_id: cell for cell in SOURCE.cells if "nbgrader" in cell.metadata}
ANSWERS = {name: cell.source for name, cell in CELLS.items() if cell.metadata.nbgrader.solution}
WRITTEN = next(name for name in ANSWERS if CELLS[name].cell_type == "markdown")
COMMENT = "Right: $\\log p(x)$ is **constant** in $z$."

# One right answer; the others are wrong, and each tries a way to get at a hidden test's source.
CURIOUS = {
    "four_expectations": ANSWERS["four_expectations"],
    # prints the cell that calls it, and forgets the prior
    "log_evidence_coin": (
        "def log_evidence_coin(heads, tails, a, b):\n"
        "    print(In[-1])\n"
        "    return betaln(1 + heads, 1 + tails)"
    ),
    # keeps a function that the hidden test made, to fail in it later, elsewhere
    "log_evidence_grid": (
        "kept = []\ndef log_evidence_grid(log_joint, lo, hi, n):\n    kept.append(log_joint)\n    return 0.0"
    ),
    # puts the source into the message
    "log_evidence_importance": "def log_evidence_importance(log_p, log_q):\n    raise ValueError(In[-1])",
    # an honest error, through two frames and two exceptions
    "log_evidence_mixture": (
        "def log_evidence_mixture(x, weights, means, sd):\n"
        "    try:\n"
        "        return {}['my own mistake']\n"
        "    except KeyError as error:\n"
        "        raise RuntimeError('my own words') from error"
    ),
    # text on stderr, which nbgrader takes for a failure
    "polynomial_log_evidence": ANSWERS["polynomial_log_evidence"].replace(
        "### BEGIN SOLUTION", "import warnings\n    warnings.warn('my own warning')"
    ),
    WRITTEN: (
        "My answer, with a [link](https://example.org/page) and $\\frac{1}{2}$."
        "\n\n<script src='https://example.org/a.js'></script><img src='https://example.org/b.png'>"
        "<iframe src='https://example.org/c.html'></iframe>"
        "<meta http-equiv='refresh' content='0; url=https://example.org/d'>"
        "\n\n![picture](https://example.org/e.png) ![lost](attachment:lost.png)"
        "\n\n<p onclick='alert(1)' style='background: url(https://example.org/f.png)'>a paragraph</p>"
        "\n\n<details><summary>folded</summary>unfolded</details>"
    ),
}
CURIOUS_CELLS = [
    "print(In)",
    "kept[1]('again')",
    "from IPython.display import HTML, display\n"
    "from html import escape\n"
    "display(HTML('<pre>' + escape(''.join(In)) + '</pre>'))",
    "display(HTML('<style>@import url(https://example.org/g.css);</style>"
    "<table><tr><td>a cell</td></tr></table>"
    "<script>document.title = 1</script><img src=\"https://example.org/h.png\">'))",
    "%history",
    "plt.plot([1, 2])\nplt.show()",
    "np.linalg.inv(np.zeros((2, 3)))",
]


def notebook(course, answers=None, extra=()):
    """The released notebook, as a string. With answers filled in, it goes without the cells that
    are not graded: their plots take most of the time, and the untouched notebook runs them."""
    nb = nbformat.read(course / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
    if answers:
        for cell in nb.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(grade_id, cell.source)
        nb.cells = [cell for cell in nb.cells if "nbgrader" in cell.metadata or cell.cell_type == "markdown"]
    nb.cells += extra
    return nbformat.writes(nb)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course at the end of the road; `nbgrader` raises when any of its commands fails."""
    course = make_course(tmp_path_factory.mktemp("road") / "course", NAME)
    nbgrader(course, "generate_assignment", NAME)
    extra = [new_code_cell(source) for source in CURIOUS_CELLS]
    extra.append(new_markdown_cell("### BEGIN HIDDEN TESTS\n\na region of my own, never ended"))
    submit(course, "full", NAME, notebook(course, ANSWERS))
    submit(course, "untouched", NAME, notebook(course))
    submit(course, "curious", NAME, notebook(course, CURIOUS, extra))
    nbgrader(course, "autograde", NAME)
    with gradebook(course) as gb:
        grade = gb.find_grade(WRITTEN, NAME, NAME, "full")
        grade.manual_score, grade.needs_manual_grade = 2, False
        gb.find_comment(WRITTEN, NAME, NAME, "full").manual_comment = COMMENT
        gb.db.commit()
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "export")
    return course


def gradebook(course):
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


@pytest.fixture(scope="module")
def pages(course):
    """The feedback pages as text, by student."""
    paths = course.glob(f"feedback/*/{NAME}/{NAME}.html")
    return {path.parts[-3]: path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def soups(pages):
    return {student: BeautifulSoup(page, "html.parser") for student, page in pages.items()}


def section(soups, student, grade_id):
    """What a student's page shows of one graded cell."""
    return soups[student].find(id=f"cell-{grade_id}").get_text()


def exported(course):
    with open(course / "grades.csv", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_solution_earns_18_points_and_2_by_hand(course):
    row = exported(course)["full"]
    assert (float(row["score"]), float(row["max_score"])) == (20, 20)
    with gradebook(course) as gb:
        grades = gb.find_submission_notebook(NAME, NAME, "full").grades
        assert sum(grade.auto_score for grade in grades if grade.auto_score) == 18
        assert [grade.name for grade in grades if grade.manual_score is not None] == [WRITTEN]


def test_an_untouched_notebook_runs_to_the_end_and_earns_nothing(course):
    assert float(exported(course)["untouched"]["score"]) == 0
    nb = nbformat.read(course / "autograded" / "untouched" / NAME / f"{NAME}.ipynb", as_version=4)
    assert all(cell.execution_count for cell in nb.cells if cell.cell_type == "code" and cell.source.strip())


def test_one_right_answer_earns_its_own_points_and_no_others(course):
    right = [CELLS[f"four_expectations-{kind}"].metadata.nbgrader.points for kind in ("visible", "hidden")]
    assert float(exported(course)["curious"]["score"]) == sum(right)


def test_a_written_answer_waits_for_a_person(course, soups):
    with gradebook(course) as gb:
        waiting = {name: gb.find_submission(NAME, name).needs_manual_grade for name in soups}
    assert waiting == {"full": False, "untouched": False, "curious": True}
    assert "not marked yet, of 2" in section(soups, "curious", WRITTEN)


def test_the_stamp_survives_grading(course, pages):
    exercise = course / "exercises" / NAME / f"{NAME}.ipynb"
    released = nbformat.read(exercise, as_version=4).metadata.mind_the_gap
    for student in pages:
        graded = nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
        assert graded.metadata.mind_the_gap == released
        assert released.release in pages[student]


def test_feedback_gives_the_score_of_every_check_and_the_comment(soups):
    page = soups["full"]
    assert page.h1.get_text() == f"{NAME}: 20 of 20"
    graded = [name for name, cell in CELLS.items() if cell.metadata.nbgrader.grade]
    for row, name in zip(page.find("table", class_="scores").tbody("tr"), graded, strict=True):
        worth = CELLS[name].metadata.nbgrader.points
        assert row("td")[0].get_text() == name
        assert row("td")[2].get_text() == f"{worth} of {worth}"
    comment = page.find(id=f"cell-{WRITTEN}").find(class_="comment")
    assert comment.strong.get_text() == "Comment" and comment("strong")[1].get_text() == "constant"
    assert len(comment("math")) == 2


def test_a_visible_check_keeps_its_traceback_and_a_hidden_one_only_its_message(soups):
    visible = section(soups, "curious", "log_evidence_coin-visible")
    hidden = section(soups, "curious", "log_evidence_coin-hidden")
    assert "Traceback (most recent call last)" in visible and "--> " in visible
    assert "Hidden checks" in hidden and "AssertionError: " in hidden
    assert "Traceback" not in hidden and "--> " not in hidden
    assert "Passed." in section(soups, "full", "log_evidence_coin-hidden")


def test_an_error_of_the_students_own_shows_the_students_lines(soups):
    for check in ("visible", "hidden"):
        shown = section(soups, "curious", f"log_evidence_mixture-{check}")
        assert "raise RuntimeError('my own words') from error" in shown
        assert "KeyError: 'my own mistake'" in shown and "RuntimeError: my own words" in shown
    assert "NotImplementedError" in section(soups, "untouched", "four_expectations-hidden")


def test_what_a_hidden_check_printed_is_left_out_and_the_page_says_so(soups):
    shown = section(soups, "curious", "log_evidence_coin-hidden")
    assert "What was printed or displayed while these checks ran is not shown." in shown
    shown = section(soups, "curious", "polynomial_log_evidence-hidden")
    assert "on stderr" in shown and "my own warning" not in shown
    assert "my own warning" in section(soups, "curious", "polynomial_log_evidence-visible")


def hidden_code(cell):
    """The lines of code in a cell's hidden region. Its messages are for the student to read."""
    region = re.search("### BEGIN HIDDEN TESTS\n(.*)### END HIDDEN TESTS", cell.source, re.DOTALL)[1]
    values = [getattr(node, "value", None) for node in ast.walk(ast.parse(region))]
    strings = [value for value in values if isinstance(value, str)]
    lines = {line.strip() for line in region.splitlines()}
    return {line for line in lines if len(line) > 9 and not any(line in string for string in strings)}


def test_no_page_quotes_a_hidden_test(course, pages, soups):
    hidden = {name: hidden_code(cell) for name, cell in CELLS.items() if name.endswith("-hidden")}
    assert len(hidden) == 6
    for student, page in pages.items():
        submitted = nbformat.read(course / "submitted" / student / NAME / f"{NAME}.ipynb", as_version=4)
        own = "\n".join(cell.source for cell in submitted.cells)
        shown = f"{soups[student].get_text()}\n{html.unescape(page)}"
        for name, lines in hidden.items():
            secret = {line for line in lines if line not in own}
            assert len(secret) > 4, f"{name}: nothing to look for"
            found = [line for line in secret if line in shown]
            assert not found, f"{student}'s feedback quotes {name}: {found}"


def test_the_autograded_notebook_did_quote_them(course):
    """Or the test above would prove nothing."""
    graded = (course / "autograded" / "curious" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    outputs = [cell.get("outputs", []) for cell in nbformat.reads(graded, as_version=4).cells]
    quoting = [index for index, output in enumerate(outputs) if "# hidden" in str(output)]
    assert len(quoting) >= 5


def test_no_page_shows_the_solution(course, soups):
    public = nbformat.reads(notebook(course), as_version=4).cells
    public = "\n".join(cell.source for cell in public)
    bodies = [source.partition("BEGIN SOLUTION")[2] for source in ANSWERS.values()]
    lines = {line.strip() for body in bodies for line in body.splitlines()}
    code = {line for line in lines if len(line) > 20 and line not in public}
    assert len(code) > 10
    full, untouched = (soups[name].get_text() for name in ("full", "untouched"))
    assert all(line in full and line not in untouched for line in code)


def test_no_page_tells_where_the_instructor_keeps_things(course, pages):
    for page in pages.values():
        assert str(course) not in page and str(ROOT) not in page and "site-packages" not in page
    assert "numpy/linalg" in pages["curious"], "the traceback into NumPy is there"


def test_a_feedback_folder_holds_the_page_and_nothing_else(course):
    for student in ("full", "untouched", "curious"):
        assert os.listdir(course / "feedback" / student / NAME) == [f"{NAME}.html"]


def test_no_page_names_another_host_for_anything_to_be_loaded(soups):
    for student, soup in soups.items():
        for tag in ("script", "iframe", "object", "embed", "link", "base", "form"):
            assert not soup(tag), f"{student}: <{tag}>"
        for element in soup(True):
            assert not any(name.startswith("on") for name in element.attrs), element
            for name in ("src", "srcset", "data", "poster", "background"):
                assert element.get(name, "data:").startswith("data:"), element
            assert "url(" not in element.get("style", "")
        for style in soup("style"):
            assert "url(" not in style.string and "@import" not in style.string
        refresh = [meta for meta in soup("meta") if meta.get("http-equiv") == "refresh"]
        assert not refresh


def test_a_students_own_markup_stays_where_it_is_harmless(soups):
    written = soups["curious"].find(id=f"cell-{WRITTEN}")
    assert written.a["href"] == "https://example.org/page"
    assert written.details.summary.get_text() == "folded"
    assert written.math.mfrac
    assert "picture not shown: picture" in written.get_text()
    assert soups["curious"].find("td", string="a cell")
    assert len(soups["curious"]("img")) == 1, "the plot stays, the pictures from elsewhere go"


def test_a_browser_shows_the_pages_without_a_request_or_a_complaint(course, pages):
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(viewport={"width": 390, "height": 800})
        for student in pages:
            asked, said = [], []
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            address = (course / "feedback" / student / NAME / f"{NAME}.html").as_uri()
            page.goto(address)
            assert asked == [address], student
            assert said == [], student
            boxes = [formula.bounding_box() for formula in page.locator("math:visible").all()]
            assert len(boxes) > 20 and all(box["width"] > 1 and box["height"] > 5 for box in boxes)
            prose = page.evaluate(
                "() => { const body = document.body.cloneNode(true);"
                " body.querySelectorAll('pre, math').forEach(e => e.remove()); return body.textContent }"
            )
            assert not re.findall(r"\$|\\[a-z]+", prose), f"{student}: maths left as it was typed"
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, f"{student}: {width} px wide on a screen of 390"
            page.close()
        browser.close()


def test_a_formula_becomes_mathml_and_text_in_it_stays_text():
    formula = BeautifulSoup(mathml(r"\log p(x) \ge \mathcal{L}", "inline"), "html.parser").math
    assert formula.get_text() == "logp(x)≥ℒ" and formula.mspace, "a space stands between log and p"
    lines = mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "block")
    assert len(BeautifulSoup(lines, "html.parser").math("mtr")) == 2
    assert not BeautifulSoup(mathml(r"\text{<script>1</script>}", "inline"), "html.parser")("script")


@pytest.mark.parametrize("latex", [r"\frac{", r"\nosuchcommand{x}"])
def test_a_formula_that_cannot_be_drawn_is_shown_as_it_was_typed(latex):
    assert mathml(latex, "inline") == f"<code>{latex}</code>"


@pytest.mark.parametrize(
    "harmful",
    [
        "<a href='javascript:alert(1)'>",
        "<a href='data:text/html,hello'>",
        "<img src='data:text/html,hello'>",
        "<svg onload='alert(1)'></svg>",
        "<style>p { background: url(https://example.org/a.png) }</style>",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
        "<base href='https://example.org/'>",
    ],
)
def test_html_of_a_students_own_loses_what_could_run_or_load(harmful):
    cleaned = clean(f"<p>before {harmful} after</p>")
    assert not re.search(r"javascript|data:|onload|onerror|example\.org|url\(", cleaned)
    assert "before" in cleaned and "after" in cleaned
