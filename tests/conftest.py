"""What several test files share: the built site, and a browser."""

import fcntl
import shutil
import subprocess
import sys

import pytest
from course import ROOT
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The folder of the built site, _build/html, built once however many workers run."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    with open(shared / "book.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        log = shared / "book.log"
        if not log.exists():
            built = subprocess.run(
                [sys.executable, ROOT / "tools" / "book.py"], capture_output=True, text=True, stdin=subprocess.DEVNULL
            )
            assert built.returncode == 0, f"make book failed:\n{built.stdout}\n{built.stderr}"
            log.write_text(built.stdout)
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, one for each worker: a second one in the same process would be refused."""
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


def pytest_collection_modifyitems(items):
    """The first file to need the site builds it, for a minute or more: start that file first, and
    leave the others that need it to the end, so that no worker waits."""

    def turn(item):
        on_site = "site" in item.path.relative_to(ROOT).parts
        return 1 + on_site - 2 * (item.path.name == "test_site.py")

    items.sort(key=turn)
