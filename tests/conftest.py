"""What several test files share: the built site."""

import fcntl
import subprocess
import sys

import pytest
from course import ROOT


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


def pytest_collection_modifyitems(items):
    """The first file to need the site builds it, for a minute or more: start that file first, and
    leave the others that need it to the end, so that no worker waits."""

    def turn(item):
        on_site = "site" in item.path.relative_to(ROOT).parts
        return 1 + on_site - 2 * (item.path.name == "test_site.py")

    items.sort(key=turn)
