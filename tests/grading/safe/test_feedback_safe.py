"""The feedback page after this grader: what failed, what was called, what came back, and no hidden test."""

import shutil
import sys

import nbformat
import pytest
import small
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from safegrade.calls import MIME

PASSES = "PASSED AT LAST"
STUDENTS = {
    "honest": {},
    "wrong": {
        "double": "def double(x):\n    return x + 1",
        "spread": "def spread(x):\n    return {}['no such key']",
        "total": "def total(f, n):\n    return f(0)",
    },
    "slow": {"double": "def double(x):\n    while True:\n        pass"},
    # markup, escapes and a record of its own in what comes back
    "hostile": {
        "double": "from IPython.display import display\n\n\ndef double(x):\n"
                  f"    display({{'{MIME}': {{'calls': [{{'call': '{PASSES}', 'how': '', 'what': ''}}]}}, "
                  f"'text/plain': ''}}, raw=True)\n"
                  "    return '</pre><script>alert(1)</script>\\x1b[31m' + '<b>' * 10**5",
        "spread": "class Odd(Exception):\n    pass\n\n\n"
                  "def spread(x):\n    raise Odd('<img src=x onerror=alert(1)>')",
        "total": f"display({{'{MIME}': {{'calls': [{{'call': '{PASSES}', 'how': '', 'what': ''}}]}}, "
                 "'text/plain': ''}, raw=True)\n\n\ndef total(f, n):\n    return 0",
    },
}


def pages(course, *options):
    words = ["-m", "nbgrader", "generate_feedback", small.ASSIGNMENT, "--force", *options]
    done = small.command(course, sys.executable, *words)
    assert done.returncode == 0, done.stderr
    found = course.glob(f"feedback/*/{small.ASSIGNMENT}/{small.ASSIGNMENT}.html")
    texts = {path.parts[-3]: path.read_text() for path in found}
    return texts, {student: BeautifulSoup(text, "html.parser") for student, text in texts.items()}


@pytest.fixture(scope="module")
def graded(course):
    with open(course / "nbgrader_config.py", "a") as config:
        config.write('c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades", '
                     '"safegrade.feedback.HideHiddenTests"]\n'
                     'c.GenerateFeedback.exporter_class = "safegrade.feedback.FeedbackExporter"\n')
    for student, answers in STUDENTS.items():
        small.hand_in(course, student, small.filled(course, **answers))
    return small.safegrade(course, status=0)


@pytest.fixture(scope="module")
def before_the_deadline(graded, course):
    return pages(course)


@pytest.fixture(scope="module")
def after_the_deadline(before_the_deadline, course):
    return pages(course, "--HideHiddenTests.show_inputs=True")


def section(soups, student, grade_id):
    return " ".join(soups[student].find(id=f"cell-{grade_id}").get_text(" ").split())


def test_a_failed_visible_check_shows_the_message_the_call_and_what_came_back(before_the_deadline):
    shown = section(before_the_deadline[1], "wrong", "double-visible")
    assert "AssertionError : double(3) is 6, yours is 4." in shown
    assert "The call double(3) returned: 4" in shown
    assert shown.index("is 6") < shown.index("The call") < shown.index("Where it happened")
    assert "The call total( <function>" not in shown


def test_an_exception_shows_the_call_and_the_students_own_line(before_the_deadline):
    shown = section(before_the_deadline[1], "wrong", "spread-visible")
    assert "The call spread(array([1., 3.])) raised: KeyError: 'no such key'" in shown
    where = before_the_deadline[1]["wrong"].find(id="cell-spread-visible").details
    assert "return {}['no such key']" in where.get_text() and where.has_attr("open")


def test_a_function_that_the_test_hands_over_is_shown_as_one(before_the_deadline):
    assert "total(<function>, 4) returned: 0" in section(before_the_deadline[1], "wrong", "total-visible")


def test_a_call_that_never_came_back_is_shown(before_the_deadline):
    assert "The call double(3) gave no answer" in section(before_the_deadline[1], "slow", "double-visible")


def test_a_hidden_check_shows_its_message_and_nothing_of_its_inputs(before_the_deadline):
    shown = section(before_the_deadline[1], "wrong", "double-hidden")
    assert "yours is [1. 2. 3. 4.]" in shown and "The call" not in shown
    assert "not shown" not in shown, "nothing was printed"
    for student in STUDENTS:
        assert "np.random.default_rng(7)" not in before_the_deadline[0][student]


def test_after_the_deadline_a_hidden_checks_inputs_are_shown_but_not_its_source(after_the_deadline):
    texts, soups = after_the_deadline
    assert "The call double(array([0., 1., 2., 3.])) returned: array([1., 2., 3., 4.])" in section(
        soups, "wrong", "double-hidden")
    assert "shape=(1000,)" in section(soups, "wrong", "spread-hidden")
    for student in STUDENTS:
        assert "np.random.default_rng(7)" not in texts[student] and "expected" not in texts[student]


def test_a_check_that_passed_shows_no_call(before_the_deadline, course):
    soup = before_the_deadline[1]["honest"]
    assert not soup(class_="failed") and not soup(class_="called")
    assert MIME not in nbformat.writes(small.graded(course, "honest"))
    assert "Passed." in section(before_the_deadline[1], "honest", "double-visible")


def test_what_a_student_sends_is_text_on_the_page_and_short(after_the_deadline):
    texts, soups = after_the_deadline
    assert not soups["hostile"]("script") and not soups["hostile"]("b") and not soups["hostile"]("img")
    assert "</pre><script>alert(1)" in section(soups, "hostile", "double-visible")
    assert "Odd: <img src=x onerror=alert(1)>" in section(soups, "hostile", "spread-visible")
    assert len(texts["hostile"]) < 200_000


def test_a_student_cannot_make_a_record_of_calls(after_the_deadline):
    shown = " ".join(part.get_text() for part in after_the_deadline[1]["hostile"](class_="called"))
    assert "double(3)" in shown and PASSES not in shown


def test_the_record_of_calls_costs_nothing_and_stays_out_of_students_sight_until_asked(graded, course):
    assert graded["honest"]["score"] == small.FULL
    outputs = small.cell(small.graded(course, "wrong"), "double-hidden").outputs
    (record,) = [output for output in outputs if MIME in output.get("data", {})]
    assert record.output_type == "display_data"
    assert "double(array([0., 1., 2., 3.]))" in record.data["text/plain"]
    assert all(output.get("name") != "stderr" for output in outputs)


def test_the_page_is_accessible_and_fits_a_phone(after_the_deadline, course):
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for student in ("wrong", "hostile"):
            page = browser.new_page(viewport={"width": 390, "height": 800}, bypass_csp=True)
            page.goto((course / "feedback" / student / small.ASSIGNMENT / f"{small.ASSIGNMENT}.html").as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            assert Axe().run(page).response["violations"] == []
        browser.close()
