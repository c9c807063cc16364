"""A browser, and every page of the built site in it: from disk and from a server."""

import functools
import http.server
import shutil
import threading

import pytest
from browsing import CODE_CONTRAST, DESKTOP, LIGHTEN, LOOK, PHONE, axe_findings, set_theme, settle, watch
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    assert found, "these tests need chromium: run tools/setup.sh chromium:chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=[
            "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            # A page that asks for another host shall fail here and nowhere else.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ])
        yield running
        running.close()


# axe's rules that can fail on a phone and hold on a desktop: there, other things are shown or hidden.
NARROW = ["aria-hidden-focus", "button-name", "bypass", "css-orientation-lock", "label", "link-name", "meta-viewport",
          "meta-viewport-large", "nested-interactive", "region", "scrollable-region-focusable", "target-size"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def served(site):
    """The address of the site on a local server."""
    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def names(site):
    """Every page of the site: "index.html", ..."""
    found = sorted(str(file.relative_to(site)) for file in site.rglob("*.html"))
    found = [name for name in found if not name.startswith("_static")]      # the theme's own templates
    assert {"index.html", "search.html", "genindex.html"} <= set(found), found
    return found


@pytest.fixture(scope="session")
def from_disk(browser, site, names):
    """{name: Visit}: every page opened from disk on a desktop screen, in both themes."""
    visits = {}
    for name in names:
        context = browser.new_context(viewport=DESKTOP, color_scheme="light")
        page = context.new_page()
        visit = visits[name] = watch(page)
        page.goto((site / name).as_uri(), wait_until="load")
        settle(page)
        visit.facts = page.evaluate(LOOK)
        for theme in ("light", "dark"):
            set_theme(page, theme)
            visit.axe[theme] = page.evaluate(CODE_CONTRAST)
        page.evaluate(LIGHTEN)
        visit.axe["dark"] += axe_findings(page, runOnly=["color-contrast", "link-in-text-block"])
        set_theme(page, "light")
        visit.axe["light"] += axe_findings(page)
        context.close()
    return visits


@pytest.fixture(scope="session")
def from_server(browser, served, names):
    """{name: Visit}: every page opened from a server on a phone."""
    visits = {}
    for name in names:
        context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark")
        page = context.new_page()
        visit = visits[name] = watch(page)
        page.goto(f"{served}/{name}", wait_until="load")
        settle(page)
        visit.facts = page.evaluate(LOOK)
        page.evaluate(LIGHTEN)
        visit.axe["phone"] = axe_findings(page, runOnly=NARROW)
        context.close()
    return visits
