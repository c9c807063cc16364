"""Every public name says which section of the book derives it, and the section is there."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from course import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from api_reference import CHAPTERS, PLACE, find_name, reference, rest  # noqa: E402

NOTHING_TO_DERIVE = {"plotting"}


def headings(page):
    """The headings of a page's source, outside its code."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.findall(r"^#+ (.+?)\s*$", text, flags=re.M)


BOOK = {page.stem: headings(page) for page in (ROOT / "book").glob("*.md")}
NAMES = [(module, name) for module, names in reference().items() for name in names]


def exists(chapter, appendix, section):
    if chapter:
        return int(chapter) <= len(CHAPTERS) and section in BOOK.get(CHAPTERS[int(chapter) - 1], [])
    return any(titles[:1] == [appendix] and section in titles for titles in BOOK.values())


def joined(docstring):
    return re.sub(r"\s+", " ", docstring)


@pytest.mark.parametrize("module, name", NAMES, ids=".".join)
def test_a_public_name_links_to_sections_that_exist(module, name):
    docstring = getattr(importlib.import_module(f"varinf.{module}"), name).__doc__
    assert docstring, f"varinf.{module}.{name} has no docstring"
    places = re.findall(PLACE, joined(docstring))
    assert places or module in NOTHING_TO_DERIVE, (
        f"varinf.{module}.{name} does not say where it comes from: "
        'a line `Source: chapter 3, "Title of a section"; ...`')
    assert not [place for place in places if not exists(*place)]


def test_every_docstring_of_the_library_names_sections_that_exist():
    wrong = {}
    for file in (ROOT / "lib" / "varinf").rglob("*.py"):
        text = joined(file.read_text(encoding="utf-8"))
        if missing := [place for place in re.findall(PLACE, text) if not exists(*place)]:
            wrong[file.name] = missing
    assert not wrong


def test_every_public_module_has_its_page():
    files = Path(importlib.import_module("varinf").__file__).parent
    modules = {it.stem for it in files.iterdir() if it.suffix == ".py" or (it / "__init__.py").exists()}
    public = {name for name in modules if not name.startswith("_")}
    # A command is not for import: the page that tells students of it describes it.
    assert {name for name in public if not (files / name / "__main__.py").exists()} == set(reference())


def test_a_docstring_becomes_paragraphs_arguments_and_links():
    text = """What it does, with `num_draws` and x_ of |z|.

    x, y : two *numbers*, as in `elbo`; may
        be -inf. scale : positive.
    method : "fast" or `kl`.

    `psis`, `laplace`: of another kind.

    Returns z. Source: chapter 3, "Tighter"; MacKay (2003), chapter 28.
    """
    assert rest(text, "varinf.elbo.importance_weighted") == [
        r"What it does, with \ ``num_draws``\  and x\_ of \|z\|.", "",
        "``x``, ``y``", r"   two \*numbers\*, as in \ :py:obj:`elbo <varinf.elbo.elbo>`\ ; may be -inf.", "",
        "``scale``", "   positive.", "",
        "``method``", r"""   \ ``"fast"``\  or \ :py:obj:`kl <varinf.distributions.kl>`\ .""", "",
        r"* \ :py:obj:`psis <varinf.checking.psis>`\ , \ :py:obj:`laplace <varinf.checking.laplace>`\ :"
        " of another kind.", "",
        "Returns z.", "", r'Source: \ :place:`chapter 3, "Tighter"`\ ; MacKay (2003), chapter 28.', "",
    ]


@pytest.mark.parametrize("text, home, found", [
    ("fit", "varinf.vae.VAE.partial_fit", "varinf.vae.VAE.fit"),
    ("varinf.sgvb.fit", "varinf.checking.laplace", "varinf.sgvb.fit"),
    ("elbo", "varinf.elbo.elbo", None),                           # its own name is no link
    ("log_evidence", "varinf.elbo.gap", None),                    # three models have one
    ("q.sample(rng)", "varinf.elbo.elbo", None),
])
def test_a_name_is_looked_up_from_where_it_stands(text, home, found):
    assert find_name(text, home) == found
