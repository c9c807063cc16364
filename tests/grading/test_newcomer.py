"""The way from nothing to the first green check, as the page *Practise* has it: its own commands, word for word,
in an environment with nothing in it. The two files that a browser would fetch are laid into the folder."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import varinf
from course import ROOT

PAGE = (ROOT / "book" / "practise.md").read_text(encoding="utf-8")
STEPS = re.search(r"### 2\. A folder.*?\n## ", PAGE, flags=re.S)[0]
MAKE, INSTALL, OPEN, CHECK = re.findall(r"```sh\n(.*?)```", STEPS, flags=re.S)
ANSWER = re.search(r"dropdown\} An answer.*?```python\n(.*?)```", STEPS, flags=re.S)[1].rstrip()
WHEEL = f"varinf-{varinf.__version__}-py3-none-any.whl"
WRITE_ANSWER = f"""
import nbformat
notebook = nbformat.read("evidence.ipynb", 4)
cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {{}}).get("grade_id") == "log_evidence_coin")
cell.source = {ANSWER!r}
nbformat.write(notebook, "evidence.ipynb")
"""


def build_wheel(folder):
    """The library's wheel, from a copy of its sources."""
    copy = folder / "copy"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "lib", copy / "lib", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, folder], cwd=copy, check=True, capture_output=True)
    return folder / WHEEL


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """Somebody's home after step 6, and how they run a command there: (folder, run)."""
    home = tmp_path_factory.mktemp("home")
    # the versions of requirements.lock: what another project releases tomorrow is not this test's matter
    locked = re.findall(r"^([\w.-]+==[^\\\n]+)", (ROOT / "requirements.lock").read_text(), flags=re.M)
    (home / "constraints.txt").write_text("\n".join(locked))
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    environment = {**kept, "HOME": str(home), "PATH": f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin",
                   "PIP_CONSTRAINT": str(home / "constraints.txt"), "LANG": "C.UTF-8",
                   "PIP_NO_COMPILE": "1"}   # half of an installation: Python compiles what it uses

    def run(script):
        return subprocess.run(["sh", "-ec", script], cwd=home, env=environment, capture_output=True, text=True)

    def succeed(script):
        done = run(script)
        assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"

    succeed(MAKE)
    folder = home / "mind-the-gap"
    shutil.copy(build_wheel(tmp_path_factory.mktemp("wheel")), folder)
    shutil.copy(ROOT / "exercises" / "evidence" / "evidence.ipynb", folder)
    again = f"cd {folder}\n{MAKE.splitlines()[-1]}\n"
    succeed(again + INSTALL)
    (folder / "write_answer.py").write_text(WRITE_ANSWER)
    succeed(again + "python write_answer.py")
    return folder, lambda script: run(again + script)


def test_the_first_check_is_green_and_the_command_prints_its_point(newcomer):
    _, run = newcomer
    done = run(CHECK)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["log_evidence_coin", "passed", "1", "/", "1"] in lines
    assert "visible checks: 1 of 6 points" in done.stdout
    assert done.stdout.count("not done yet   0 / 1") == 5


def test_jupyter_is_there_with_the_button_validate(newcomer):
    folder, run = newcomer
    command = OPEN.strip()
    assert command == "jupyter lab"
    assert run(f"{command} --version").returncode == 0
    listed = run("jupyter labextension list; jupyter server extension list")
    assert re.search(r"@jupyter/nbgrader.*enabled", listed.stdout + listed.stderr)
    assert re.search(r"validate_assignment.*enabled", listed.stdout + listed.stderr)


def test_validate_finds_the_other_tasks_and_not_the_one_that_is_done(newcomer):
    _, run = newcomer
    said = run("nbgrader validate evidence.ipynb").stdout
    assert "VALIDATION FAILED ON 6 CELL(S)" in said, "five functions and the written answer"
    assert "log_evidence_grid" in said and "log_evidence_coin(1, 2" not in said


def test_what_was_installed_has_nothing_of_the_grader(newcomer):
    _, run = newcomer
    assert run("python -c 'import safegrade'").returncode != 0
    assert run("python -c 'import varinf.evidence, varinf.plotting, matplotlib'").returncode == 0


def test_the_page_offers_the_files_that_it_speaks_of():
    assert f'href="wheel/{WHEEL}"' in STEPS and f'"./{WHEEL}[student]"' in INSTALL
    assert 'href="assignments/evidence.ipynb"' in STEPS


def test_windows_gets_the_same_steps():
    lines = re.search(r"```bat\n(.*?)```", STEPS, flags=re.S)[1].splitlines()
    made = [line.split()[-1].split("\\")[-1] for line in lines[1:]]
    assert made == ["mind-the-gap", "mind-the-gap", ".venv", "activate"]
