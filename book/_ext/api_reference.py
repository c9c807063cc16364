"""The library's reference: pages that autodoc makes from docstrings in this library's plain style,
with links from every name to the section that derives it. A section that isn't there is a warning,
so it fails the build.

A docstring says `chapter 5, "Held-out words"` or `appendix "Distributions", "Gamma"`. A chapter without
a section in quotes is another book's.
"""

import importlib
import inspect
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.nodes import make_refnode

PAGES = Path(__file__).resolve().parents[1] / "api"

# Chapter n has this page, this assignment and this module of the library.
CHAPTERS = ["evidence", "divergence", "elbo", "mean_field", "variational_em", "sgvb", "vae", "checking"]
MODULE = {"divergence": "distributions"}      # a chapter whose module has another name
PLACE = r'(?:chapter (\d+)|appendix "([^"]+)"), "([^"]+)"'
ARGUMENTS = re.compile(r"(\w+(?:, \w+)*)\s* : (.*)")


@cache
def reference():
    """{name of a module with a page: [names the page describes]}, in the book's order. A name that several
    modules offer is described with the first."""
    found = {page.stem for page in PAGES.glob("*.md")} - {"index"}
    order = [name for name in CHAPTERS if name in found] + sorted(found - set(CHAPTERS))
    seen, pages = set(), {}
    for short in order:
        module = importlib.import_module(f"varinf.{short}")
        pages[short] = [name for name in public_names(module) if id(getattr(module, name)) not in seen]
        seen |= {id(getattr(module, name)) for name in pages[short]}
    return pages


def public_names(module):
    """What a module offers: its __all__, or else what it defines without a leading underscore."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [name for name, it in vars(module).items()
            if not name.startswith("_") and getattr(it, "__module__", None) == module.__name__]


# ------------------------------------------------------------------ docstrings into reStructuredText


def escaped(text):
    return re.sub(r"([\\*_|`<>])", r"\\\1", text)


def marked_up(text, home):
    """One paragraph: code in backticks as code, or as a link where the reference has that name; places in
    the book as links; everything else as it stands. `home` is the dotted name of the docstring's owner."""
    parts = []
    # An option's value is code; anything else in quotes is a title or a word.
    for part in re.split(r'(`[^`]+`|"[a-z0-9_+-]+")', text.replace("``", "`")):
        if re.fullmatch(r'"[a-z0-9_+-]+"', part):
            parts.append(f"\\ ``{part}``\\ ")
            continue
        if part.startswith("`"):
            target = find_name(part[1:-1], home)
            parts.append(f"\\ :py:obj:`{part[1:-1]} <{target}>`\\ " if target else f"\\ `{part}`\\ ")
            continue
        last = 0
        for place in re.finditer(PLACE, part):
            parts += [escaped(part[last:place.start()]), f"\\ :place:`{place[0]}`\\ "]
            last = place.end()
        parts.append(escaped(part[last:]))
    return "".join(parts)


def find_name(text, home):
    """The dotted name of what `text` in the docstring of `home` names, or None."""
    known = names_of_the_reference()
    if not re.fullmatch(r"[\w.]+", text):
        return None
    owner = home.split(".")
    candidates = [".".join([*owner[:cut], text]) for cut in range(len(owner), 1, -1)]
    elsewhere = [name for name in known if name.count(".") == 2 and name.endswith(f".{text}")]
    candidates += elsewhere if len(elsewhere) == 1 else []
    return next((name for name in [text, *candidates] if name in known and name != home), None)


@cache
def names_of_the_reference():
    """Every dotted name that the reference describes."""
    known = set()
    for short, names in reference().items():
        known.add(f"varinf.{short}")
        for name in names:
            it = getattr(importlib.import_module(f"varinf.{short}"), name)
            known.add(f"varinf.{short}.{name}")
            if inspect.isclass(it) and not issubclass(it, tuple):
                known |= {f"varinf.{short}.{name}.{method}" for method, value in vars(it).items()
                          if not method.startswith("_") and inspect.isfunction(value)}
    return known


def rest(docstring, home):
    """Lines of reStructuredText for a docstring in this library's style: paragraphs, and arguments in
    lines of the form `name, name : what it is`, continued by lines that stand further in."""
    lines, out = inspect.cleandoc(docstring).splitlines(), []
    kind, block = None, []

    def close():
        nonlocal kind, block
        if kind == "text":
            text, _, source = re.sub(r"\s+", " ", " ".join(block)).partition("Source: ")
            if text.strip():
                out.extend([marked_up(text.strip(), home), ""])
            if source:
                out.extend([marked_up(f"Source: {source}", home), ""])
        elif kind == "item":
            out.extend([f"* {marked_up(' '.join(block), home)}", ""])
        elif kind:
            # Short arguments share a line: `mean : ... scale : ...`
            for text in re.split(r"(?<=[.;)]) (?=\w+(?:, \w+)* : )", f"{kind} : {' '.join(block)}"):
                names, about = text.split(" : ", 1)
                term = ", ".join(f"``{name}``" for name in names.split(", "))
                out.extend([term, f"   {marked_up(about, home)}", ""])
        kind, block = None, []

    for line in lines:
        words = line.strip()
        argument = ARGUMENTS.fullmatch(line)
        if not words:
            close()
        elif argument:
            close()
            kind, block = argument[1], [argument[2]]
        elif re.match(r"`[^`]+`(, `[^`]+`)*: |`[^`]+`(, `[^`]+`)* with ", line) and kind in (None, "item"):
            close()
            kind, block = "item", [words]
        elif kind in (None, "text", "item") or line.startswith("    "):
            kind = kind or "text"
            block.append(words)
        else:
            close()
            kind, block = "text", [words]
    close()
    return out


def write_in_rest(app, what, name, it, options, lines):
    lines[:] = rest("\n".join(lines), name)


def leave_out(app, what, name, it, skip, options):
    """Fields of named tuples, which the docstring lists, and names that another page describes."""
    elsewhere = what == "module" and name not in reference().get(app.env.docname.removeprefix("api/"), [name])
    return True if elsewhere or type(it).__name__ == "_tuplegetter" else None


# ------------------------------------------------------------------ places in the book


def place_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    link = addnodes.pending_xref("", reftype="place", reftarget=text, refdomain="", refexplicit=True)
    link += nodes.inline("", text)
    link.source, link.line = inliner.reporter.get_source_and_line(lineno)
    return [link], []


def sections(env, docname):
    """{title: anchor} of a page, its own title with the anchor "" included."""
    entries = env.tocs[docname].findall(nodes.reference)
    return {entry.astext(): entry.get("anchorname", "") for entry in entries}


def resolve_place(app, env, node, contnode):
    if node["reftype"] != "place":
        return None
    chapter, appendix, section = re.fullmatch(PLACE, node["reftarget"]).groups()
    if chapter:
        pages = [CHAPTERS[int(chapter) - 1]] if int(chapter) <= len(CHAPTERS) else []
    else:
        pages = [page for page, title in env.titles.items() if title.astext() == appendix and "/" not in page]
    if not pages or pages[0] not in env.found_docs:
        return None
    anchor = sections(env, pages[0]).get(section)
    if anchor is None:
        return None
    return make_refnode(app.builder, node["refdoc"], pages[0], anchor.removeprefix("#"), contnode)


def find_moved_sections(app, env):
    """When a title has changed anywhere, the links of the reference are looked up again."""
    now = {page: sections(env, page) for page in env.found_docs}
    before, env.section_titles = getattr(env, "section_titles", None), now
    return [] if now == before else [page for page in env.found_docs if page.startswith("api/")]


def link_the_library(app, doctree):
    """Code that names a module of the library, or something in one, links to the reference."""
    if app.env.docname.startswith("api/"):
        return
    known = names_of_the_reference()
    for code in list(doctree.findall(nodes.literal)):
        target = code.astext()
        if target.startswith("varinf.") and target in known and not isinstance(code.parent, nodes.reference):
            if f"api/{target.split('.')[1]}" not in app.env.found_docs:
                continue
            link = addnodes.pending_xref(
                "", refdomain="py", reftype="obj", reftarget=target, refdoc=app.env.docname, refexplicit=True)
            link["refwarn"] = True
            code.replace_self(link)
            link += code


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.add_role("place", place_role)
    app.connect("autodoc-process-docstring", write_in_rest)
    app.connect("autodoc-skip-member", leave_out)
    app.connect("doctree-read", link_the_library)
    app.connect("env-get-updated", find_moved_sections)
    app.connect("missing-reference", resolve_place)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
