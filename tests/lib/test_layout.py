"""The promises of the layout: one name for one thing, nothing unused, no number in prose that was typed."""

import ast
import re
import subprocess
from collections import Counter

import pytest
from course import ROOT

PAGES = [line.split()[-1] for line in (ROOT / "book" / "_toc.yml").read_text().splitlines() if "file:" in line]
CHAPTERS = [name for name in PAGES if (ROOT / "solutions" / name).is_dir()]


def tracked(*suffixes):
    """The project's own files with these endings, whether committed yet or not."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    found = [ROOT / name for name in listed.stdout.splitlines() if name.endswith(suffixes)]
    if not found:                                               # an archive without git's records
        skipped = {"node_modules", "_build", ".venv", ".venv-bench"}
        found = [file for file in ROOT.rglob("*") if file.name.endswith(suffixes)
                 and not skipped & set(file.relative_to(ROOT).parts)]
    return [file for file in found if file.is_file()]


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_assignment_answers_and_module_share_a_name(name):
    module = ROOT / "lib" / "varinf" / name
    assert (ROOT / "book" / f"{name}.md").is_file()
    assert (ROOT / "solutions" / name / f"{name}.ipynb").is_file()
    assert (ROOT / "exercises" / name / f"{name}.ipynb").is_file()
    assert (ROOT / "tests" / "answers" / name).is_dir()
    # divergence is about distributions, where their KL stands
    assert name == "divergence" or module.is_dir() or module.with_suffix(".py").is_file()


def test_every_assignment_has_a_chapter():
    for folder in ("solutions", "exercises", "tests/answers"):
        names = {path.name for path in (ROOT / folder).iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
        assert names == set(CHAPTERS), folder


def test_every_page_is_in_the_table_of_contents():
    pages = {str(file.relative_to(ROOT / "book").with_suffix("")) for file in tracked(".md")
             if file.is_relative_to(ROOT / "book")}
    assert pages == set(PAGES) | {"index"}


def test_every_figure_stands_in_a_page_and_has_a_test():
    text = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "book").rglob("*.md"))
    for script in (ROOT / "book" / "figures").glob("*.js"):
        if script.stem != "common":
            assert f"{{interactive}} {script.stem}" in text, script.name
            assert (ROOT / "tests" / "site" / f"test_{script.stem}.py").is_file(), script.name


def test_nothing_is_defined_and_never_used():
    """A name at the top of a module occurs somewhere else too, in code, in a page or in a notebook."""
    words = Counter()
    for file in tracked(".py", ".md", ".ipynb", ".toml", ".yml", "Makefile", ".sh"):
        words.update(re.findall(r"\w+", file.read_text(encoding="utf-8", errors="replace")))
    unused = []
    for file in tracked(".py"):
        if {"answers", "attacks"} & set(file.relative_to(ROOT).parts):
            continue                                            # students', and what they are graded by
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and words[node.name] < 2:
                if not node.name.startswith(("test_", "pytest_")) and not node.decorator_list:
                    unused.append(f"{file.relative_to(ROOT)}: {node.name}")
    assert not unused


def prose(name):
    """What a reader of a chapter reads, without code, formulas, glued numbers, citations and exercises."""
    text = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    for pattern in (r"\A---\n.*?\n---\n", r"^(```+)\{?(?:code-cell|math|python|sh|interactive).*?^\1$",
                    r"^:::+\{dropdown\}.*?^:::+$", r"^\*\*Further reading.*", r"\$\$.*?\$\$", r"\$[^$]*\$", r"`[^`]*`"):
        text = re.sub(pattern, " ", text, flags=re.S | re.M)
    return re.sub(r"(sections?|equations?|chapters?|version|CC BY|and|to) \(?\d+\.\d+\)?", " ", text)


@pytest.mark.parametrize("name", CHAPTERS)
def test_numbers_that_look_computed_are_computed(name):
    """Three digits or more, in prose: they come from a cell, or they are an input that a cell of the page has."""
    text = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```\{code-cell\}.*?^```$", text, flags=re.S | re.M))
    typed = re.findall(r"(?<![\w.(])\d+\.\d{2,}(?![\w.])", prose(name))
    assert not [number for number in typed if number not in code and number != "3.14"]
