"""The style sheet: the rules that nothing on the site uses are taken out of it, and no others."""

import re
import sys

import pytest
from browsing import DESKTOP, PHONE, settle
from course import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from light_pages import joined_styles  # noqa: E402

LOOKS = """() => {
    const looks = [], seen = {};
    for (const it of document.querySelectorAll("body, body *")) {
        const kind = [it, it.parentElement].map((one) => `${one.tagName} ${one.getAttribute("class")}`).join(" in ");
        seen[kind] = (seen[kind] ?? 0) + 1;
        if (seen[kind] > 5) continue;
        let sum = 0;
        for (const part of [null, "::before", "::after"]) {
            const style = getComputedStyle(it, part);
            if (part && style.content === "none") continue;
            for (const name of style) {
                const set = name + style.getPropertyValue(name);
                for (let place = 0; place < set.length; place++) sum = (31 * sum + set.charCodeAt(place)) | 0;
            }
        }
        looks.push([kind, sum]);
    }
    return looks;
}"""
WHOLE = """() => new Promise((done) => {
    const link = [...document.querySelectorAll("link[rel=stylesheet]")].find((it) => it.href.includes("/site-"));
    link.onload = () => done(true);
    link.href = link.href.replace(/site-[0-9a-f]+/, "whole");
})"""
STILL = "*, ::before, ::after { transition: none !important; animation: none !important; }"


@pytest.fixture(scope="module")
def used(site):
    (file,) = site.glob("_static/site-*.css")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def whole(site, used):
    """The style sheet with all rules."""
    return joined_styles(site / "_static", re.match(r"/\* From: (.*) \*/", used)[1].split())


def test_half_of_the_rules_are_not_on_the_site(used, whole):
    assert len(used) < 0.55 * len(whole)
    assert ".navbar-expand-md" in whole and ".navbar-expand-md" not in used
    assert ".bs-tooltip-auto" in used                       # a name that Bootstrap's script composes


@pytest.mark.parametrize(("name", "screen", "theme", "media"), [
    ("index.html", DESKTOP, "dark", "screen"), ("evidence.html", PHONE, "dark", "screen"),
    ("instructors.html", PHONE, "light", "screen"), ("api/evidence.html", DESKTOP, "light", "screen"),
    ("practise.html", DESKTOP, "dark", "screen"), ("search.html?q=evidence", DESKTOP, "light", "screen"),
    ("vae.html", DESKTOP, "light", "print")], ids=lambda it: it if isinstance(it, str) else "")
def test_everything_looks_as_with_all_rules(browser, served, whole, name, screen, theme, media):
    page = browser.new_page(viewport=screen, color_scheme=theme, reduced_motion="reduce")
    page.route("**/_static/whole.css", lambda route: route.fulfill(body=whole, content_type="text/css"))
    page.emulate_media(media=media)
    page.goto(f"{served}/{name}", wait_until="load")
    settle(page)
    page.add_style_tag(content=STILL)
    if media == "screen":
        page.locator("button[data-bs-toggle=tooltip]:visible").first.hover()
        page.locator(".tooltip").wait_for()
    looks = page.evaluate(LOOKS)
    page.evaluate(WHOLE)
    page.evaluate("document.fonts.ready.then(() => true)")
    others = page.evaluate(LOOKS)
    assert len(looks) == len(others) > 100
    assert [one[0] for one, other in zip(looks, others) if one != other] == []
    page.close()
