"""What a reader takes along: notebooks that run with nothing but the wheel and what it asks for."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from course import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from api_reference import CHAPTERS, MODULE  # noqa: E402
from downloads import assignments, build_wheel, chapter_file, wheel_name  # noqa: E402
from notebook_writer import expand  # noqa: E402

QUICKEST = "elbo"                     # of the chapters
RUN = """
import sys, nbformat
from nbclient import NotebookClient
read = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(read, timeout=300, allow_errors=sys.argv[3] == "errors").execute()
nbformat.write(read, sys.argv[2])
"""


@pytest.fixture(scope="module")
def wheel(site):
    return site / "wheel" / wheel_name()


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, site):
    return nbformat.read(site / "notebooks" / chapter_file(request.param), as_version=4)


# ------------------------------------------------------------------ the wheel


def test_the_wheel_holds_the_library_with_its_data_and_nothing_else(wheel):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    library = ROOT / "lib"
    assert held == {
        str(file.relative_to(library)) for file in (library / "varinf").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_is_the_same_whenever_it_is_built(wheel, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    before = os.umask(0o077)
    try:
        build_wheel(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / wheel_name()).read_bytes() == wheel.read_bytes()


def test_building_leaves_no_trace_in_the_checkout(wheel):
    assert not (ROOT / "build").exists()


# ------------------------------------------------------------------ the pages


def test_every_chapter_offers_its_notebook_and_its_assignment(site):
    for name in CHAPTERS:
        page = (site / f"{name}.html").read_text(encoding="utf-8")
        wanted = [f"notebooks/{chapter_file(name)}"]
        wanted += [f"assignments/{name}.ipynb"] if name in assignments() else []
        for file in wanted:
            assert re.search(rf'<a [^>]*download=""[^>]*href="{file}"', page), f"{name}: no {file}"
            assert (site / file).is_file()


def test_the_page_of_downloads_leads_back_to_every_chapter_and_offers_everything(site, wheel):
    page = (site / "downloads.html").read_text(encoding="utf-8")
    for name in CHAPTERS:
        module = MODULE.get(name, name)
        for file in [f"{name}.html", f"api/{module}.html", f"notebooks/{chapter_file(name)}"]:
            assert f'href="{file}"' in page
    for name in assignments():
        assert f'href="assignments/{name}.ipynb"' in page
    assert f'href="wheel/{wheel.name}"' in page
    assert f'"./{wheel.name}[student]"' in page.replace("&quot;", '"')


def test_an_assignment_is_offered_as_it_is_released(site):
    assert {file.stem for file in (site / "assignments").iterdir()} == set(assignments())
    for name in assignments():
        released = ROOT / "exercises" / name / f"{name}.ipynb"
        assert (site / "assignments" / released.name).read_bytes() == released.read_bytes()


# ------------------------------------------------------------------ a chapter's notebook


def test_a_chapter_has_all_its_code_and_no_outputs(chapter, request):
    name = request.node.callspec.params["chapter"]
    source = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    cells = [cell for cell in chapter.cells if cell.cell_type == "code"]
    assert len(cells) >= source.count("```{code-cell}")
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    for cell in cells:
        ast.parse(re.sub(r"^%.*$", "", cell.source, flags=re.M))


def test_a_chapter_is_plain_markdown(chapter):
    roles, macros = r"\{(?:glue|eq|numref|ref|cite|doc|term|sub-ref)[:\w]*\}`", r"\\(?:KL|E|ELBO|N|R|Var)\b"
    left = rf"{roles}|{macros}|^:::|^```\{{|^\(.*\)=$|myst_nb|<svg"
    for cell in chapter.cells:
        assert not re.search(left, cell.source, flags=re.M), cell.source[:300]


def test_a_chapter_keeps_its_headings_numbers_and_captions(chapter, request):
    name = request.node.callspec.params["chapter"]
    source = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    outside = re.sub(r"^```.*?^```", "", source, flags=re.M | re.S)
    assert len(re.findall(r"^#+ ", text, flags=re.M)) == len(re.findall(r"^#+ ", outside, flags=re.M))
    numbered = re.findall(r"^(?:> )?\$\$ \(.+\)$", source, flags=re.M)
    assert text.count(r"\tag{") == len(numbered)
    figures = len(re.findall(r"^ +caption: |^```\{interactive\}", source, flags=re.M))
    assert len(re.findall(r"^\*\*Figure \d+\.\d+\.\*\* ", text, flags=re.M)) == figures


def test_macros_are_written_out():
    macros = {r"\KL": r"\operatorname{KL}(#1 \| #2)", r"\E": r"\mathbb{E}"}
    assert expand(r"\KL{q}{p_{\theta}} + \E_q[x] + \Exp", macros) == (
        r"{\operatorname{KL}(q \| p_{\theta})} + {\mathbb{E}}_q[x] + \Exp")


# ------------------------------------------------------------------ in a fresh environment


@pytest.fixture(scope="module")
def fresh(wheel, tmp_path_factory):
    """The python of an environment with the wheel, what it declares, and what runs a notebook. The packages
    are this environment's, so nothing is fetched."""
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    uv = Path(sys.executable).with_name("uv")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    quiet = {"check": True, "capture_output": True, "text": True, "stdin": subprocess.DEVNULL}
    subprocess.run([uv, "venv", "--offline", "--python", sys.executable, folder], **quiet)
    subprocess.run([uv, "pip", "install", "--offline", "--no-deps", "--python", python, wheel], **quiet)
    packages = next(folder.rglob("site-packages"))
    declared = importlib.metadata.PathDistribution(next(packages.glob("varinf-*.dist-info")))
    wanted = [Requirement(line) for line in declared.requires]
    waiting = [it for it in wanted if not it.marker or it.marker.evaluate({"extra": "plotting"})]
    waiting += [Requirement("nbclient"), Requirement("ipykernel")]
    linked = {"varinf"}
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        distribution = importlib.metadata.distribution(name)
        for line in distribution.requires or []:
            further = Requirement(line)
            extras = requirement.extras or {""}
            if canonicalize_name(further.name) not in linked and (
                    not further.marker or any(further.marker.evaluate({"extra": extra}) for extra in extras)):
                waiting.append(further)
        if name not in linked:
            linked.add(name)
            for top in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
                source, target = distribution.locate_file(top), packages / top
                if top.endswith(".dist-info"):                      # what says a package is installed
                    shutil.copytree(source, target, dirs_exist_ok=True)
                elif not target.exists():
                    target.symlink_to(source)
    subprocess.run([uv, "pip", "check", "--offline", "--python", python], **quiet)
    return python


def run(python, notebook, folder, errors="none"):
    """The notebook, run in a folder that holds nothing else."""
    folder.mkdir()
    copy = folder / notebook.name
    copy.write_bytes(notebook.read_bytes())
    ours = ("PYTHON", "JUPYTER", "VIRTUAL_ENV")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment["PATH"] = os.pathsep.join([str(python.parent), environment["PATH"]])
    done = subprocess.run(
        [python, "-c", RUN, copy.name, "done.ipynb", errors], cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return nbformat.read(folder / "done.ipynb", as_version=4)


def test_only_what_the_wheel_declares_is_there(fresh):
    printed = subprocess.run(
        [fresh, "-I", "-c", "import importlib.util as u, json, varinf\n"
         "strangers = [n for n in ('nbgrader', 'sklearn', 'sphinx', 'myst_nb', 'pytest') if u.find_spec(n)]\n"
         "print(json.dumps([varinf.__file__, strangers]))"],
        check=True, capture_output=True, text=True,
    ).stdout
    file, strangers = json.loads(printed)
    assert Path(file).is_relative_to(fresh.parents[1]) and not strangers


def test_a_chapter_runs_to_its_end(fresh, site, tmp_path):
    done = run(fresh, site / "notebooks" / chapter_file(QUICKEST), tmp_path / "chapter")
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells if cell.source.strip())
    assert any("image/svg+xml" in output.get("data", {}) for cell in cells for output in cell.outputs)


def test_an_assignment_runs_and_misses_only_the_students_work(fresh, site, tmp_path):
    done = run(fresh, site / "assignments" / "evidence.ipynb", tmp_path / "assignment", "errors")
    failed = [(cell, output) for cell in done.cells if cell.cell_type == "code"
              for output in cell.outputs if output.output_type == "error"]
    assert {output.ename for _, output in failed} == {"NotImplementedError"}
    assert any(cell.metadata.get("nbgrader", {}).get("grade") for cell, _ in failed)
