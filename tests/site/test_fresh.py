"""`make book` computes again what is out of date, and nothing else; and it fails when it should."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from course import ROOT

TOC = """\
format: jb-book
root: index
chapters:
  - file: one
  - file: two
"""
PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# Page {name}

Some maths, $x^2$. {text}

```{{code-cell}} ipython3
from varinf.answer import ANSWER
{code}
print("{name} says", ANSWER)
```
"""


class Book:
    """A copy of the project with a book of two short pages and one more module in the library."""

    def __init__(self, folder):
        self.folder = folder
        for part in ("_config.yml", "requirements.lock", "tools", "lib/varinf", "book/_ext", "book/_static", "book/_templates",
                     "book/figures"):
            source, target = ROOT / part, folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        self.write("book/_toc.yml", TOC)
        self.write("book/references.bib", "")
        self.write("book/index.md", "# A short book\n")
        self.answer(41)
        self.page("one")
        self.page("two")

    def write(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")

    def answer(self, number):
        self.write("lib/varinf/answer.py", f"ANSWER = {number}\n")

    def page(self, name, text="", code=""):
        self.write(f"book/{name}.md", PAGE.format(name=name, text=text, code=code))

    def make(self):
        """Build. Returns (whether it was built, the pages it executed, all it printed)."""
        # The environment's own varinf is the repository's; the copy must come first.
        environment = os.environ | {"PYTHONPATH": str(self.folder / "lib")}
        done = subprocess.run(
            [sys.executable, self.folder / "tools" / "book.py"], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        executed = re.findall(r"(\w+)\.md: Executed notebook", done.stdout)
        return done.returncode == 0, sorted(executed), done.stdout

    def built(self):
        """Build, which must succeed. Returns the pages executed."""
        built, executed, printed = self.make()
        assert built, printed
        return executed

    def shown(self, name):
        return (self.folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book(tmp_path_factory, site):  # after the site: two builds at once may choose the same port for two kernels
    made = Book(tmp_path_factory.mktemp("book"))
    assert made.built() == ["one", "two"]
    return made


def test_an_unchanged_book_executes_nothing(book):
    assert book.built() == []


def test_a_page_is_executed_when_its_code_changes_and_not_when_its_words_or_the_scripts_do(book):
    book.page("one", code="print(6 * 7)")
    book.page("two", text="A new sentence.")
    book.write("book/figures/coin.js", "// another figure\n")
    assert book.built() == ["one"]
    assert "42" in book.shown("one")
    assert "A new sentence." in book.shown("two")
    assert (book.folder / "_build/html/_static/figures/coin.js").read_text() == "// another figure\n"


def test_a_change_of_the_library_executes_the_pages_and_shows_the_new_number(book):
    book.answer(1729)
    assert book.built() == ["one", "two"]
    assert "one says 1729" in book.shown("one")
    assert "two says 1729" in book.shown("two")


def test_a_change_of_the_lock_file_executes_the_pages(book):
    lock = book.folder / "requirements.lock"
    lock.write_text(lock.read_text() + "# another line\n")
    assert book.built() == ["one", "two"]


@pytest.mark.parametrize("change, reasons", [
    ({"text": r"See {ref}`nowhere` and $\nosuchmacro$."}, ["nowhere", "nosuchmacro"]),
    ({"code": "1 / 0"}, ["ZeroDivisionError"]),
    ({"code": "import warnings; warnings.warn('careful')"}, ["stderr"]),
], ids=["broken reference and formula", "cell error", "warning in a cell"])
def test_a_broken_page_fails_again_and_again_until_it_is_mended(book, change, reasons):
    book.page("two", **change)
    for attempt in ("first", "second"):
        built, _, printed = book.make()
        assert not built, f"the {attempt} build passed:\n{printed}"
        assert all(reason in printed for reason in reasons), printed
    book.page("two")


def test_a_mended_book_is_built(book):
    book.page("two", text="Mended.")
    book.built()
    assert "Mended." in book.shown("two")
