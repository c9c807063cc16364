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


FIRST = ["test_site.py", "test_phone.py", "test_answers.py", "test_attacks.py", "test_newcomer.py", "test_faults.py"]


def pytest_collection_modifyitems(items):
    """What takes minutes first, so that no worker is left with it at the end; and what needs the site, which
    takes minutes to build, after what doesn't."""

    def turn(item):
        name = item.path.name
        return FIRST.index(name) if name in FIRST else len(FIRST) + ("site" in item.path.relative_to(ROOT).parts)

    items.sort(key=turn)
