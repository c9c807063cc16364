"""How high each section of a page will be, roughly. A browser lays out a section when a reader comes near it
(book.css), and until then takes what stands here for its height: its scroll bar and the ways to other sections are
nearly right from the beginning.

A height is a sum over what a section consists of. The numbers were fitted by least squares to what a browser made of
144 sections, on a wide screen and on a phone; tests/site/test_near.py compares whole pages.
"""

import math
from collections import Counter

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

LINE = {"wide": 78, "narrow": 42}                           # characters
HEIGHTS = {                                                 # in rem, a line or a part
    "wide": {"lines": 1.42, "blocks": 0.93, "code": 1.15, "codes": 3.3, "formulas": 3.5, "pictures": 24, "titles": 3.1,
             "rows": 2.7, "figures": 73, "folded": 2.4, "frames": 5.4},
    "narrow": {"lines": 1.48, "blocks": 0.81, "code": 1.24, "codes": 2.7, "formulas": 3.7, "pictures": 18,
               "titles": 4.7, "rows": 3.8, "figures": 81, "folded": 0, "frames": 5.6},
}


def count(node, width, found):
    """Count into `found`, below a node, the parts that have a height of their own. `width`: characters in a line."""
    for child in node.children:
        if isinstance(child, nodes.raw):
            text = child.astext()
            found["rows"] += text.count("<tr")
            found["figures"] += "data-figure=" in text
            found["folded"] += text.count("<details")
            found["open folds"] += text.count("<details") - text.count("</details")
            continue
        classes = child.get("classes", []) if isinstance(child, nodes.Element) else []
        if found["open folds"]:
            continue
        if "dropdown" in classes or isinstance(child, HideCodeCellNode):
            found["folded"] += 1
        elif isinstance(child, (nodes.paragraph, nodes.caption, nodes.rubric, nodes.term)):
            formulas = sum(len(it.astext()) for it in child.findall(nodes.math))
            found["lines"] += math.ceil((len(child.astext()) - 0.6 * formulas) / width)
            found["blocks"] += 1
        elif isinstance(child, nodes.literal_block):
            found["code"] += child.astext().rstrip("\n").count("\n") + 1
            found["codes"] += 1
        elif isinstance(child, nodes.math_block):
            found["formulas"] += child.astext().count("\\\\") + 1
        elif isinstance(child, nodes.image):
            found["pictures"] += 1
        elif isinstance(child, nodes.title):
            found["titles"] += 1
        elif isinstance(child, nodes.row):
            found["rows"] += 1
        elif isinstance(child, nodes.Element):
            found["frames"] += isinstance(child, nodes.Admonition)
            count(child, width, found)
    return found


def height(section, kind):
    """In rem."""
    found = count(section, LINE[kind], Counter())
    return round(sum(each * found[part] for part, each in HEIGHTS[kind].items()))


def add_heights(app, pagename, templatename, context, doctree):
    if doctree is None:
        return
    for top in doctree.findall(lambda it: isinstance(it, nodes.section) and it.parent is doctree):
        for section in (it for it in top.children if isinstance(it, nodes.section)):
            begin = f'<section id="{section["ids"][0]}"'
            style = f' style="--wide: {height(section, "wide")}rem; --narrow: {height(section, "narrow")}rem"'
            context["body"] = context["body"].replace(begin, begin + style, 1)


def setup(app):
    app.connect("html-page-context", add_heights)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
