"""A page on paper, and code on the clipboard."""

import re

import pytest
from browsing import opened
from bs4 import BeautifulSoup
from course import ROOT

PAPER = {"width": 680, "height": 980}          # A4 between its margins, in pixels
CHAPTERS = ["evidence", "mean_field", "variational_em"]


@pytest.fixture(scope="module", params=CHAPTERS)
def paper(request, browser, site):
    """A chapter as Chromium sets it for the printer."""
    context = browser.new_context(viewport=PAPER, color_scheme="dark")
    page = context.new_page()
    page.goto((site / f"{request.param}.html").as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    yield page
    context.close()


def shown(page, selector):
    return page.locator(selector).locator("visible=true").count()


def test_only_the_chapter_is_printed(paper):
    for aside in [".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", ".prev-next-footer",
                  ".headerlink", ".copybtn", "button.toggle-button", ".mtg-controls"]:
        assert not shown(paper, aside), aside
    assert shown(paper, ".bd-article h1") == 1


def test_no_answer_stays_folded_and_no_plotting_code_unfolds(paper):
    assert paper.locator(".bd-article details[open]").count()
    assert not paper.locator(".bd-article details:not([open], .cell *)").count()
    assert paper.locator(".cell details").count() and not shown(paper, ".cell details")
    hidden = paper.evaluate("""() => [
            ...document.querySelectorAll(".bd-article :is(.admonition, details) > *")]
        .filter((it) => !it.matches("button, .cell *"))
        .filter((it) => getComputedStyle(it).visibility === "hidden" || !it.offsetHeight)
        .map((it) => it.outerHTML.slice(0, 80))""")
    assert not hidden


def test_nothing_is_wider_than_the_paper(paper):
    wide = paper.evaluate("""(width) => [...document
            .querySelectorAll(".bd-article :is(img, pre, table, .katex-display, p, .mtg-board)")]
        .filter((it) => it.getBoundingClientRect().right > width + 1)
        .map((it) => it.outerHTML.slice(0, 100))""", PAPER["width"])
    assert not wide


def test_a_dark_page_is_printed_light(paper):
    assert paper.evaluate("document.documentElement.dataset.theme") == "light"


def test_printing_leaves_the_page_as_it_was(browser, site):
    with opened(browser, site / "evidence.html", color_scheme="dark") as page:
        page.evaluate("for (const it of document.querySelectorAll('.bd-article details')) it.open = false")
        theme = page.evaluate("document.documentElement.dataset.theme")
        pdf = page.pdf(format="A4")
        assert pdf.startswith(b"%PDF")
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 10
        assert not page.locator(".bd-article details[open]").count()
        assert page.evaluate("document.documentElement.dataset.theme") == theme


# ------------------------------------------------------------------ the clipboard


@pytest.fixture(scope="module")
def copying(browser, served):
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served)
    page = context.new_page()
    page.goto(f"{served}/elbo.html", wait_until="load")
    yield page
    context.close()


def test_a_copied_cell_is_the_code_of_the_chapter(copying):
    source = (ROOT / "book" / "elbo.md").read_text(encoding="utf-8")
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)\n```$", source, flags=re.M | re.S)
    cells = [re.sub(r"^(:\w+:.*\n)+\n?", "", cell.split("\n---\n")[-1]).strip() for cell in cells]
    buttons = copying.locator(".cell_input:visible .copybtn")
    assert buttons.count() > 5
    for i in range(3):
        buttons.nth(i).click()
        assert copying.evaluate("navigator.clipboard.readText()").strip() in cells


def test_outputs_have_no_copy_button(copying):
    assert copying.locator(".cell_output pre").count()
    assert not copying.locator(".cell_output .copybtn").count()


def test_no_page_shows_a_prompt(site, names):
    """The copy button would take it along."""
    for name in names:
        page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for block in page.select("div.highlight > pre"):
            if not block.find_parent(class_="cell_output"):
                text = block.get_text()
                assert not re.search(r"^(?:\$|>>>|In \[\d+\]:) ", text, flags=re.M), f"{name}: {text[:60]}"
