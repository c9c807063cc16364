"""The library's reference: every name on its page, and ways from chapter to module and back."""

import importlib
import inspect
import re
import sys

import pytest
from course import ROOT
from test_fresh import Book

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from api_reference import CHAPTERS, MODULE, reference  # noqa: E402


@pytest.fixture(scope="module")
def text(site):
    """text("api/elbo"): the HTML of a page's article."""
    def read(name):
        page = (site / f"{name}.html").read_text(encoding="utf-8")
        return page[page.index("<article"):page.index("</article>")]
    return read


@pytest.mark.parametrize("module", reference())
def test_every_public_name_and_its_methods_stand_on_the_page(text, module):
    page = text(f"api/{module}")
    for name in reference()[module]:
        it = getattr(importlib.import_module(f"varinf.{module}"), name)
        assert f'id="varinf.{module}.{name}"' in page
        if inspect.isclass(it) and not issubclass(it, tuple):
            methods = [key for key, value in vars(it).items() if key[0] != "_" and inspect.isfunction(value)]
            for method in methods:
                assert f'id="varinf.{module}.{name}.{method}"' in page


@pytest.mark.parametrize("module", [name for name in reference() if name != "plotting"])
def test_every_description_links_to_a_section(text, module):
    page = text(f"api/{module}")
    starts = [(page.index(f'id="varinf.{module}.{name}"'), name) for name in reference()[module]]
    starts = sorted(starts) + [(len(page), "")]
    without = [name for (start, name), (end, _) in zip(starts, starts[1:])
               if not re.search(r'href="\.\./\w+\.html#[\w-]+"', page[start:end])]
    assert not without


@pytest.mark.parametrize("module", reference())
def test_no_markup_of_a_docstring_is_left(text, module):
    assert not re.search(r"`|:(?:py:obj|place):", text(f"api/{module}"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_and_module_link_to_each_other(text, name):
    module = MODULE.get(name, name)
    assert f'href="api/{module}.html"' in text(name)
    assert f'href="../{name}.html"' in text(f"api/{module}")


def test_code_that_names_the_library_links_to_it(text):
    link = r'href="api/evidence\.html#module-varinf\.evidence"[^>]*><code[^>]*><span class="pre">varinf'
    assert re.search(link, text("evidence"))


def test_a_section_that_does_not_exist_fails_the_build(tmp_path, site):
    book = Book(tmp_path)
    pages = ["evidence", "api/answer"]
    chapters = "".join(f"  - file: {page}\n" for page in pages)
    book.write("book/_toc.yml", f"format: jb-book\nroot: index\nchapters:\n{chapters}")
    book.write("book/evidence.md", "# Evidence\n\n## Somewhere\n\nText.\n")
    (book.folder / "book" / "api").mkdir()
    directive = "```{eval-rst}\n.. automodule:: varinf.answer\n   :members:\n```\n"
    book.write("book/api/answer.md", f"# varinf.answer\n\n{directive}")
    code = '"""Answers."""\n\n\ndef answer():\n    """The answer.\n\n    Source: chapter 1, "%s".\n    """\n'
    book.write("lib/varinf/answer.py", code % "Nowhere")
    built, _, printed = book.make()
    assert not built and 'chapter 1, "Nowhere"' in printed, printed
    book.write("lib/varinf/answer.py", code % "Somewhere")
    assert book.built() == []
    assert 'href="../evidence.html#somewhere"' in book.shown("api/answer")
