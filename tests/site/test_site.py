"""The built site: as files, and as a browser shows it from disk, on a desktop. (On a phone: test_phone.py.)"""

import re
import sys
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlparse

import pytest
from browsing import DESKTOP, everything, opened, watch, wider_than_the_screen
from course import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from light_pages import ICONS, THEME_STYLE, icon_codes  # noqa: E402


class Page(HTMLParser):
    """The ids of a page, its links, and what a browser would load for it."""

    LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
             "embed": "src", "object": "data", "form": "action", "link": "href"}

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes.get("id"), attributes.get("name")} - {None}
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif attributes.get(self.LOADS.get(tag)):
            self.loads.append(attributes[self.LOADS[tag]])
        self.loads += re.findall(r"url\(['\"]?([^'\")]+)", attributes.get("style") or "")


@pytest.fixture(scope="module")
def pages(site, names):
    return {name: Page((site / name).read_text(encoding="utf-8")) for name in names}


def elsewhere(address):
    """Whether an address names a host."""
    return bool(urlparse(address).netloc)


# ------------------------------------------------------------------ files


def test_no_page_and_no_style_names_another_host_to_load_from(site, pages):
    found = {name: wrong for name, page in pages.items() if (wrong := list(filter(elsewhere, page.loads)))}
    for style in site.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
        asked = re.findall(r"url\(\s*['\"]?([^'\")]+)", text) + re.findall(r"@import\s+['\"]([^'\"]+)", text)
        if wrong := list(filter(elsewhere, asked)):
            found[style.name] = wrong
    assert not found


def test_every_internal_link_and_anchor_resolves(site, pages):
    broken = []
    for name, page in pages.items():
        for address in page.links + page.loads:
            if urlparse(address).scheme or elsewhere(address):
                continue
            path, anchor = urldefrag(address)
            path = unquote(path.split("?")[0])
            target = ((site / name).parent / path).resolve() if path else site / name
            if not target.is_file() or not target.is_relative_to(site.resolve()):
                broken.append(f"{name}: {address}")
            elif anchor and target.suffix == ".html":
                other = pages[str(target.relative_to(site.resolve()))] if path else page
                if unquote(anchor) not in other.ids:
                    broken.append(f"{name}: {address} (no such anchor)")
    assert not broken


def test_styles_refer_to_files_that_are_there(site):
    missing = []
    for style in site.rglob("*.css"):
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", style.read_text(encoding="utf-8")):
            # KaTeX offers each font in two older formats after the one that every browser takes.
            older = "katex" in str(style.parent / address) and address.endswith((".woff", ".ttf"))
            if older or address.startswith(("data:", "#")):
                continue
            if not (style.parent / address.split("?")[0].split("#")[0]).is_file():
                missing.append(f"{style.relative_to(site)}: {address}")
    assert not missing


def test_what_is_brought_in_keeps_its_licence(site):
    folders = {folder.name: folder for folder in (site / "_static" / "vendor").iterdir() if folder.is_dir()}
    assert {"katex", "jsxgraph"} <= set(folders)
    del folders["fontawesome"]           # the theme's, with its licence in _static/scripts
    assert not [name for name, folder in folders.items() if not list(folder.glob("LICEN[CS]E*"))]


# ------------------------------------------------------------------ loading


def test_no_page_complains(from_disk):
    assert not everything(from_disk, lambda visit: visit.complaints)


def test_no_page_asks_another_host(from_disk):
    own = ("file:", "data:", "blob:")
    assert not everything(from_disk, lambda visit: [a for a in visit.requests if not a.startswith(own)])


def test_only_pages_with_an_interactive_figure_load_its_library_and_once(from_disk):
    for name, visit in from_disk.items():
        loaded = Counter(address.split("?")[0].rsplit("/", 1)[1] for address in visit.requests)
        figures = {figure for figure, _, _ in visit.facts["figures"]}
        scripts = {f"{figure}.js" for figure in figures | {"common"}} if figures else set()
        drawn = any("MindTheGap.board(" in (ROOT / "book" / "figures" / f"{figure}.js").read_text() for figure in figures)
        wanted = scripts | ({"jsxgraphcore.js"} if drawn else set())
        for script in {"jsxgraphcore.js", "common.js"} | wanted:
            assert loaded[script] == (script in wanted), f"{name} loads {script} {loaded[script]} times"
    assert any(visit.facts["figures"] for visit in from_disk.values())


def test_a_figure_is_loaded_and_drawn_when_a_reader_comes_near(browser, site):
    page = browser.new_page(viewport=DESKTOP)
    visit = watch(page)
    page.goto((site / "evidence.html").as_uri(), wait_until="load")
    page.wait_for_timeout(300)
    loaded = [address.split("?")[0].rsplit("/", 1)[1] for address in visit.requests]
    assert "common.js" in loaded and not {"coin.js", "jsxgraphcore.js"} & set(loaded)
    page.locator(".mtg-figure").scroll_into_view_if_needed()
    page.locator(".mtg-figure[data-ready]").wait_for(timeout=5_000)
    assert not visit.complaints
    page.close()


def test_every_icon_is_in_the_font_that_the_site_serves(site, pages):
    """Its font holds a selection: light_pages.ICONS."""
    shown = {name for page in pages for name in re.findall(r"fa-solid fa-([a-z-]+)", (site / page).read_text())}
    assert shown and shown <= set(ICONS), shown - set(ICONS)


@pytest.mark.parametrize("name", ["evidence.html", "api/elbo.html"])
def test_every_icon_is_the_one_that_the_theme_means(browser, site, name):
    wanted = icon_codes(THEME_STYLE.read_text(encoding="utf-8"))
    with opened(browser, site / name) as page:
        seen = page.eval_on_selector_all("i.fa-solid", """(icons) => icons.map((icon) => [
            [...icon.classList].find((it) => it.startsWith("fa-") && !/^fa-(solid|lg|fw)$/.test(it)),
            getComputedStyle(icon, "::before").content, getComputedStyle(icon).fontFamily])""")
    assert len(seen) > 5
    for icon, content, family in seen:
        assert (content, family) == (f'"{chr(wanted[icon.removeprefix("fa-")])}"', '"Font Awesome 6 Free"'), icon


def test_search_finds_a_word_of_the_book_from_disk(browser, site):
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.locator(".search-button__button").locator("visible=true").first.click()
    page.locator("#pst-search-dialog input[name=q]").fill("evidence")
    page.keyboard.press("Enter")
    found = page.locator("#search-results li a").first
    found.wait_for(timeout=10_000)
    assert "search.html" in page.url
    found.click()
    page.locator(".bd-article h1").wait_for()
    assert "search.html" not in page.url
    page.close()


def test_pages_can_be_read_without_scripts(browser, site, from_disk):
    name = next(name for name, visit in from_disk.items() if visit.facts["figures"])
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / name).as_uri())
    assert page.locator(".math .katex-html").first.is_visible()
    figure = page.locator(".mtg-figure").first
    figure.scroll_into_view_if_needed()
    page.wait_for_timeout(200)                              # it is laid out when a reader comes near
    assert figure.inner_text().strip()
    context.close()


# ------------------------------------------------------------------ maths


def test_all_maths_is_rendered_with_mathml_beside_it(from_disk):
    assert not everything(from_disk, lambda visit: visit.facts["unrendered"])
    assert any(visit.facts["maths"] for visit in from_disk.values())


def test_no_formula_is_in_error_or_numbers_itself(from_disk):
    assert not everything(from_disk, lambda visit: visit.facts["wrong"])


def test_no_markup_is_left_in_the_text(from_disk):
    left = r"\$|\\\(|\\\[|\\begin\b|\{(?:eq|ref|numref|cite|term)[:}]|\|\s*:?[-—–]{1,}:?\s*\|"
    assert not everything(from_disk, lambda visit: [
        visit.facts["text"][max(0, found.start() - 30):found.end() + 30]
        for found in re.finditer(left, visit.facts["text"])
    ])


def test_the_fonts_of_the_maths_are_loaded(from_disk):
    for name, visit in from_disk.items():
        status = Counter(status for family, status in visit.facts["fonts"] if family.startswith("KaTeX_"))
        assert not status["error"], name
        assert status["loaded"] or not visit.facts["maths"], name


# ------------------------------------------------------------------ look and access


def test_no_page_scrolls_sideways(from_disk):
    assert not everything(from_disk, wider_than_the_screen)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(from_disk, theme):
    assert not everything(from_disk, lambda visit: visit.axe[theme])


def test_every_picture_says_what_it_shows(from_disk):
    def silent(visit):
        pictures = visit.facts["pictures"]
        count = Counter(alt for _, alt in pictures)
        a_file_name = r"^\S+\.(svg|png|jpe?g|gif|webp)$"
        return [
            (source, alt) for source, alt in pictures
            if not (alt or "").strip() or re.search(a_file_name, alt.strip()) or count[alt] > 1
        ]

    assert not everything(from_disk, silent)
    assert any(visit.facts["pictures"] for visit in from_disk.values())


def test_every_interactive_figure_has_a_name(from_disk):
    assert not everything(from_disk, lambda visit: [
        figure for figure, role, label in visit.facts["figures"] if role != "group" or not label
    ])
