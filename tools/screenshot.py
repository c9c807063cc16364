"""Take README's picture from the built site: `make book`, then `python tools/screenshot.py`."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "_build" / "html" / "evidence.html"
PICTURE = ROOT / "book" / "_static" / "screenshot.png"


def main():
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1180, "height": 860}, device_scale_factor=1.25)
        page.goto(PAGE.as_uri())
        page.locator(".mtg-figure").first.scroll_into_view_if_needed()
        page.evaluate("document.querySelector('.mtg-figure').scrollIntoView(); window.scrollBy(0, -110)")
        page.wait_for_timeout(500)
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"Wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
