"""JupyterLab as `make lab` starts it: varinf at hand, Validate at work, no other host asked."""

import importlib.util
import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import nbformat
import pytest
from course import ROOT
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

NAME = "evidence"


def solved():
    """The released exercise with the solution's answers."""
    nb = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
    source = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell, answer in zip(nb.cells, source.cells, strict=True):
        if answer.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answer.source
    return nb


def probe():
    """A graded cell that passes when the kernel is this environment's and knows the library."""
    cell = new_code_cell(f"import sys\nimport varinf.evidence\nassert sys.prefix == {sys.prefix!r}")
    cell.metadata["nbgrader"] = {
        "grade_id": "probe", "grade": True, "solution": False, "locked": True, "points": 1,
        "task": False, "schema_version": 3,
    }
    return new_notebook(cells=[cell])


class Lab:
    def __init__(self, port, token):
        self.address, self.token = f"http://127.0.0.1:{port}", token

    def ask(self, address, **form):
        data = urllib.parse.urlencode(form).encode() or None
        token = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.address + address, data, token)
        with urllib.request.urlopen(request, timeout=120) as reply:
            return json.load(reply)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The server of tools/lab.py on a folder of its own, its user's settings untouched and out of play."""
    spec = importlib.util.spec_from_file_location("lab_tool", ROOT / "tools" / "lab.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    home = tmp_path_factory.mktemp("lab")
    (home / "exercises").mkdir()
    shutil.copy(ROOT / "exercises" / NAME / f"{NAME}.ipynb", home / "exercises")
    nbformat.write(solved(), home / "exercises" / "solved.ipynb")
    nbformat.write(probe(), home / "exercises" / "probe.ipynb")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(port, secrets.token_hex())
    options = [
        "--ServerApp.open_browser=False", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={lab.token}",
    ]
    own = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    with open(home / "log", "w") as log:
        server = subprocess.Popen(
            tool.command(home / "exercises") + options, cwd=ROOT,
            env={**tool.environment(), **own, "JUPYTERLAB_SETTINGS_DIR": str(home / "settings")},
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(600):
            assert server.poll() is None, (home / "log").read_text()
            try:
                lab.ask("/api/status")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield lab
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_the_kernel_is_this_environments_and_imports_varinf(lab):
    assert lab.ask("/assignments/validate", path="probe.ipynb") == {"success": True, "value": {}}


def test_validate_passes_the_solution(lab):
    assert lab.ask("/assignments/validate", path="solved.ipynb") == {"success": True, "value": {}}


def test_a_student_opens_an_exercise_and_validates_it_and_no_other_host_is_asked(lab):
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    asked = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 1300, "height": 800})
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.add(urllib.parse.urlsplit(request.url)))
        page.goto(f"{lab.address}/lab/tree/{NAME}.ipynb?token={lab.token}")
        page.get_by_role("heading", name="Assignment 1").first.wait_for()
        page.get_by_role("toolbar", name="main area toolbar").get_by_text("Validate").click()
        result = page.get_by_role("dialog")
        result.get_by_text("Validation Results").wait_for()
        report = result.inner_text()
        news = page.get_by_text("Jupyter news").count()
        browser.close()

    source = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in source.cells]
    failing = sum(name.endswith("-visible") for name in names) + 1  # and the written answer
    assert report.count("The following cell failed:") == failing
    assert "NotImplementedError" in report
    fetched = {url for url in asked if url.scheme not in ("data", "blob")}
    elsewhere = {url.geturl() for url in fetched if url.hostname != "127.0.0.1"}
    assert not elsewhere
    assert not news, "a student is not asked about news from another host"
