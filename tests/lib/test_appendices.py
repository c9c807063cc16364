"""The appendices in step with the book: myths, bibliography, distributions, glossary, notation.

They read the pages' sources. That labels, citations and links resolve on the built site is for the build.
"""

import inspect
import re
from collections import Counter

import pytest
from course import ROOT
from varinf import distributions

BOOK = ROOT / "book"
CHAPTERS = ["evidence", "divergence", "elbo", "mean_field", "variational_em", "sgvb", "vae", "checking"]
BOX = re.compile(r"^:::\{admonition\} Myth (\d+)(.*)\n:class: myth\n:name: (\S+)\n", re.MULTILINE)
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.MULTILINE | re.DOTALL)


def source(page):
    return (BOOK / f"{page}.md").read_text(encoding="utf-8")


def prose(page):
    return CELL.sub("", source(page))


@pytest.fixture(scope="module")
def chapters():
    """{chapter: its source}, in reading order."""
    return {name: source(name) for name in CHAPTERS}


# ------------------------------------------------------------------ myths


@pytest.fixture(scope="module")
def index():
    """Lines of the myths index: chapter's number and name, myth's number, label, statement, what is true."""
    entries = []
    for section in source("myths").split("\n## ")[1:]:
        number, chapter = re.match(r"Chapter (\d)\n\n\{ref\}`(\w+)`\n", section).groups()
        found = re.findall(r"^\{ref\}`Myth (\d+) <(\S+)>`: (.+)\n: (.+)$", section, re.MULTILINE)
        assert len(found) == section.count("\n: "), f"an entry of another form under chapter {number}"
        entries += [(int(number), chapter, int(myth), *rest) for myth, *rest in found]
    return entries


def test_the_index_lists_every_myth_once(index):
    assert sorted(entry[2] for entry in index) == list(range(1, 21))


def test_the_index_names_the_chapters_by_their_place_in_the_book(index):
    listed = re.findall(r"- file: (\w+)", (BOOK / "_toc.yml").read_text(encoding="utf-8"))
    assert [name for name in listed if name in CHAPTERS] == CHAPTERS
    assert {entry[:2] for entry in index} == set(enumerate(CHAPTERS, 1))


def test_every_myth_stands_in_one_box_of_its_chapter_in_the_same_words(index, chapters):
    for _, chapter, myth, label, statement, _ in index:
        assert label == f"myth-{myth}"
        boxes = [title for _, title, name in BOX.findall(chapters[chapter]) if name == label]
        assert boxes == [f": {statement}"], f"myth {myth} in {chapter}.md"


def test_no_two_boxes_have_the_same_label_and_every_label_begins_with_the_myths_number(chapters):
    boxes = [(number, name) for text in chapters.values() for number, _, name in BOX.findall(text)]
    assert not [name for name, times in Counter(name for _, name in boxes).items() if times > 1]
    assert not [name for number, name in boxes if not re.fullmatch(rf"myth-{number}(-\w+)?", name)]


def test_after_every_box_comes_a_cell_that_runs(chapters):
    for name, text in chapters.items():
        _, *parts = BOX.split(text)
        for number, label, after in zip(parts[0::4], parts[2::4], parts[3::4]):
            if not label.endswith("-again"):                # it may send the reader to the first box
                assert CELL.search(after), f"myth {number} in {name}.md"


# ------------------------------------------------------------------ bibliography


@pytest.fixture(scope="module")
def bibliography():
    """{key: (kind, {field: value})}"""
    text = (BOOK / "references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@(\w+)\{(\w+),\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL)
    assert len(entries) == text.count("@")
    keys = [key for _, key, _ in entries]
    assert len(set(keys)) == len(keys)
    return {key: (kind, dict(re.findall(r"^  (\w+) = \{(.*)\},?$", body, re.MULTILINE)))
            for kind, key, body in entries}


def test_every_entry_is_cited_and_every_citation_has_an_entry(bibliography):
    cited = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", "".join(prose(page.stem) for page in BOOK.glob("*.md")))
    assert {key.strip() for keys in cited for key in keys.split(",")} == set(bibliography)


def test_every_entry_says_who_what_where_and_when(bibliography):
    where = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle",
             "book": "publisher", "phdthesis": "school", "techreport": "institution", "misc": "howpublished"}
    missing = {key: lacking for key, (kind, fields) in bibliography.items()
               if (lacking := {"author", "title", "year", where[kind]} - set(fields))}
    assert not missing


def test_a_journal_article_has_volume_and_pages(bibliography):
    """Preprints, and what has appeared online only so far, have an address instead."""
    missing = {key for key, (kind, fields) in bibliography.items() if kind == "article"
               and not {"volume", "pages"} <= set(fields)
               and not ("doi" in fields or fields["journal"].startswith("arXiv:"))}
    assert not missing


def test_every_chapter_and_section_that_a_docstring_names_is_there(chapters):
    headings = {number: " | ".join(re.findall(r"^#+ (.*)$", prose(name), re.MULTILINE))
                for number, name in enumerate(chapters, 1)}
    wrong = []
    appendix = "|".join(re.findall(r"^#+ (.*)$", prose("distributions"), re.MULTILINE))
    for file in sorted((ROOT / "lib" / "varinf").rglob("*.py")):
        text = re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))
        for section in re.findall(r'[Ss]ource: appendix "Distributions", "([^"]+)"', text):
            if section not in appendix.split("|"):
                wrong.append((file.name, "Distributions", section))
        for number, section in re.findall(r'[Ss]ource: chapter (\d+)(?:, "([^"]+)")?', text):
            if section.casefold() not in headings.get(int(number), "").casefold():
                wrong.append((file.name, number, section))
    assert not wrong


# ------------------------------------------------------------------ distributions


@pytest.fixture(scope="module")
def compared():
    """{family: names of the quantities that the page of distributions compares}. Running its cells also
    checks every formula, because a difference ends them."""
    names = {}
    for cell in CELL.findall(source("distributions")):
        code = re.sub(r"\A.*\n|^:tags:.*\n|```\Z", "", cell, flags=re.MULTILINE)
        exec(compile(code, "distributions.md", "exec"), names)
    found = {}
    for family, quantity, *_ in names["agree"]:
        found.setdefault(family.title().replace(" ", ""), set()).add(quantity)
    return found


def test_the_page_of_distributions_has_every_family_and_every_quantity_of_the_library(compared):
    called = {"mean": "mean", "variance": "variance", "covariance": "covariance", "precision": "precision",
              "mean_log": "E log x", "mean_logdet": "E log det X"}
    families = {name: family for name, family in inspect.getmembers(distributions, inspect.isclass)
                if issubclass(family, distributions._Distribution) and not name.startswith("_")}
    given_by_the_user = {"MultivariateNormal": {"covariance"}}        # a parameter, and so not a property
    assert set(compared) == set(families)
    for name, family in families.items():
        properties = {moment for moment, value in inspect.getmembers(family) if isinstance(value, property)}
        moments = {called[moment] for moment in properties | given_by_the_user.get(name, set())}
        density = "log mass" if family._discrete else "log density"
        assert compared[name] >= moments | {density, "entropy", "KL"}, name


# ------------------------------------------------------------------ glossary and notation


def rows(page):
    """The rows of a page's tables, as lists of cells."""
    lines = [line for line in source(page).splitlines() if re.match(r"\| (?!English|symbol)", line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_glossary_is_in_alphabetical_order_and_has_a_chinese_term_for_each_english_one():
    table = rows("glossary")
    plain = [re.sub(r"[^a-z]+", " ", term.casefold()).strip() for term, *_ in table]
    assert plain == sorted(plain) and len(set(plain)) == len(plain)
    for row in table:
        assert len(row) == 3 and all(row)
        assert re.search("[\u4e00-\u9fff]", row[1]), row


def test_every_greek_letter_of_the_chapters_is_in_the_notation(chapters):
    greek = re.compile(
        r"\\((?:var)?(?:epsilon|theta|phi|rho|sigma)|alpha|beta|gamma|delta|zeta|eta|iota|kappa|lambda|mu|nu"
        r"|xi|pi|tau|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega)(?![a-zA-Z])"
    )
    known = set(greek.findall(source("notation")))
    unknown = {name: new for name in chapters if (new := set(greek.findall(prose(name))) - known)}
    assert not unknown


def test_the_notation_explains_a_symbol_once_a_section():
    for section in source("notation").split("\n## "):
        symbols = re.findall(r"^\| (\$.*\$) \|", section, re.MULTILINE)
        assert [symbol for symbol, times in Counter(symbols).items() if times > 1] == []
