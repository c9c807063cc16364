"""What a reader takes along: each chapter as a notebook, each assignment as it is released, and the
library's wheel; and on every page of a chapter or a module of the library, where its companions are.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from api_reference import CHAPTERS, MODULE
from build_time_maths import MACROS
from docutils import nodes
from docutils.parsers.rst import directives
from notebook_writer import notebook
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

ROOT = Path(__file__).resolve().parents[2]

PREFACE = (
    "This is chapter {number} of *Mind the Gap*, as a notebook. [The site]({address}) is the place for "
    "reading: there the figures move, and formulas, boxes and cross references link to one another. This is "
    "for changing the code and running it again. It needs the library’s wheel, matplotlib and Jupyter; the "
    "page “Notebooks to download” says how to get them.")


def chapter_file(name):
    return f"chapter-{CHAPTERS.index(name) + 1}-{name.replace('_', '-')}.ipynb"


def assignments():
    """The names of the assignments that are released."""
    return sorted(file.stem for file in ROOT.glob("exercises/*/*.ipynb") if file.parent.name == file.stem)


# ------------------------------------------------------------------ the wheel

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")


def wheel_name():
    return f"varinf-{__import__('varinf').__version__}-py3-none-any.whl"


def build_wheel(folder):
    """Build the library's wheel into `folder`, byte for byte the same each time: from a copy, in a fixed
    time zone at a fixed time, with nothing but the setuptools of this environment."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "varinf"
        for part in ("pyproject.toml", "README.md", "LICENSE", "lib"):
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=LEFT_OUT)
            else:
                copy.mkdir(exist_ok=True)
                shutil.copy(source, copy / part)
        for file in copy.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
        folder.mkdir(parents=True, exist_ok=True)
        # The zip format begins in 1980.
        environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800", "TZ": "UTC"}
        program = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            cwd=copy, env=environment, umask=0o022, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
    if done.returncode or not (folder / wheel_name()).exists():
        raise ExtensionError(f"The wheel could not be built:\n{done.stdout}{done.stderr}")


def copy_downloads(app, exception):
    """Assignments and wheel. The chapters' notebooks are written with their pages."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    shutil.rmtree(site / "assignments", ignore_errors=True)
    for name in assignments():
        (site / "assignments").mkdir(exist_ok=True)
        shutil.copy(ROOT / "exercises" / name / f"{name}.ipynb", site / "assignments")
    if any("downloads" in page for page in app.env.metadata.values()):
        shutil.rmtree(site / "wheel", ignore_errors=True)
        build_wheel(site / "wheel")


# ------------------------------------------------------------------ links


def file_link(docname, path, *text):
    """A link from a page to a file of the site, which a browser saves."""
    return addnodes.download_reference("", "", *text, refuri="../" * docname.count("/") + path)


def page_link(app, docname, target, *text):
    return make_refnode(app.builder, docname, target, "", list(text))


def code(text):
    return nodes.literal("", text)


def companions(app, docname):
    """What belongs to a chapter, or to a module of the library: [(what, links)]."""
    pages = app.env.found_docs
    if docname.startswith("api/"):
        module = docname.removeprefix("api/")
        chapters = [name for name in CHAPTERS if MODULE.get(name, name) == module and name in pages]
        titles = [f"chapter {CHAPTERS.index(name) + 1}, {app.env.titles[name].astext()}" for name in chapters]
        if module in pages and module not in chapters:
            chapters, titles = [*chapters, module], [*titles, f"appendix, {app.env.titles[module].astext()}"]
        links = [page_link(app, docname, *pair) for pair in zip(chapters, map(nodes.Text, titles))]
        found = [("Read", links)]
    elif docname in CHAPTERS:
        module = MODULE.get(docname, docname)
        chapters = [docname]
        notebook_file = f"notebooks/{chapter_file(docname)}"
        run = [file_link(docname, notebook_file, nodes.Text("this chapter as a notebook"))]
        if "downloads" in pages:
            run.append(page_link(app, docname, "downloads", nodes.Text("what it needs")))
        found = [("Run", run)]
        if f"api/{module}" in pages:
            found.append(("Look up", [page_link(app, docname, f"api/{module}", code(f"varinf.{module}"))]))
    else:
        return []
    practise = [
        file_link(docname, f"assignments/{name}.ipynb", nodes.Text("the assignment "), code(name))
        for name in chapters if name in assignments()
    ]
    return [(what, links) for what, links in [*found, ("Practise", practise)] if links]


def add_companions(app, doctree, docname):
    """Below the title of a chapter or a module: its companions. And, for a chapter, its notebook."""
    if app.builder.format != "html":
        return
    if docname in CHAPTERS:
        write_notebook(app, doctree, docname)
    found = companions(app, docname)
    title = next(doctree.findall(nodes.title), None)
    if found and title is not None:
        strip = nodes.bullet_list(classes=["companions"])
        for what, links in found:
            line = nodes.paragraph("", f"{what}: ", links[0])
            for link in links[1:]:
                line += [nodes.Text(", "), link]
            strip += nodes.list_item("", line)
        title.parent.insert(title.parent.index(title) + 1, strip)
    for text in list(doctree.findall(nodes.literal)):
        # A chapter names the file of its assignment; a reader of the site gets it from here.
        name = text.astext().removeprefix("exercises/").split("/")[0]
        if text.astext() == f"exercises/{name}/{name}.ipynb" and name in assignments():
            text.replace_self(file_link(docname, f"assignments/{name}.ipynb", code(text.astext())))
    for place in list(doctree.findall(DownloadsNode)):
        name = wheel_name()
        place.replace_self(
            downloads_table(app, docname) if place["what"] == "chapters"
            else nodes.paragraph("", "", file_link(docname, f"wheel/{name}", code(name))))


def write_notebook(app, doctree, docname):
    folder = Path(app.outdir) / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    address = app.config.html_baseurl.rstrip("/")
    preface = PREFACE.format(number=CHAPTERS.index(docname) + 1, address=f"{address}/{docname}.html")
    if not address:
        preface = re.sub(r"\[(.+?)\]\(.+?\)", r"\1", preface)
    made = notebook(app.env, docname, doctree, MACROS, ROOT / "benchmarks", preface)
    nbformat.write(made, folder / chapter_file(docname))


# ------------------------------------------------------------------ the page of downloads


class DownloadsNode(nodes.General, nodes.Element):
    """Stands for the table, or for the link to the wheel, until all pages are known."""


class Downloads(SphinxDirective):
    """``{downloads} chapters``: a table of the chapters with their notebooks, assignments and modules;
    ``{downloads} wheel``: a link to the library's wheel, and the command that installs it."""

    required_arguments = 1

    def run(self):
        self.env.metadata[self.env.docname]["downloads"] = "yes"
        found = [DownloadsNode(what=directives.choice(self.arguments[0], ("chapters", "wheel")))]
        if self.arguments[0] == "wheel":
            command = f'python -m pip install "./{wheel_name()}[student]"'
            found.append(nodes.literal_block(command, command, language="bash"))
        return found


def downloads_table(app, docname):
    rows = [[nodes.Text(heading) for heading in ("Chapter", "As a notebook", "Assignment", "Library")]]
    for name in CHAPTERS:
        if name not in app.env.found_docs:
            continue
        module = MODULE.get(name, name)
        title = f"{CHAPTERS.index(name) + 1}. {app.env.titles[name].astext()}"
        rows.append([
            page_link(app, docname, name, nodes.Text(title)),
            file_link(docname, f"notebooks/{chapter_file(name)}", code(chapter_file(name))),
            file_link(docname, f"assignments/{name}.ipynb", code(f"{name}.ipynb"))
            if name in assignments() else nodes.Text("–"),
            page_link(app, docname, f"api/{module}", code(f"varinf.{module}"))
            if f"api/{module}" in app.env.found_docs else nodes.Text("–"),
        ])
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in rows[0]), cols=len(rows[0]))
    made = [nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in row)) for row in rows]
    group += [nodes.thead("", made[0]), nodes.tbody("", *made[1:])]
    return nodes.table("", group, classes=["downloads"])


def setup(app):
    # Every page is written again when an assignment comes or goes.
    app.add_config_value("released", assignments(), "html")
    app.add_directive("downloads", Downloads)
    app.add_node(DownloadsNode)
    app.connect("doctree-resolved", add_companions, priority=400)    # formulas as their source has them
    app.connect("build-finished", copy_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
