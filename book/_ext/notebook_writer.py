"""A chapter as a notebook: its code, and its text as plain Markdown that any Jupyter shows.

The text is taken from the page as it was built, so that numbers, references and citations stand in it
as they do on the site; the code from the chapter's source, hidden cells included, without outputs.
"""

import json
import re
from html import escape

import nbformat
from docutils import nodes
from myst_nb.core.read import create_nb_reader
from sphinx import addnodes

GLUE = '''def glue(name, value, display=True):
    """On the site this puts a number into the text."""
'''
RECORD = '''\
# Numbers that a benchmark of the project has recorded; the next cells read them.
from pathlib import Path

Path("benchmarks").mkdir(exist_ok=True)
Path("benchmarks/{name}").write_text("""{content}""");
'''
WORDS = {"tip": "Tip", "hint": "Hint", "note": "Note", "warning": "Warning", "seealso": "See also"}


def expand(latex, macros):
    """LaTeX without the book's own macros."""
    for name, meaning in macros.items():
        count = max(map(int, re.findall(r"#(\d)", meaning)), default=0)
        while found := re.search(re.escape(name) + r"(?![A-Za-z])", latex):
            end, arguments = found.end(), []
            for _ in range(count):
                argument, end = _braced(latex, end)
                arguments.append(argument)
            text = re.sub(r"#(\d)", lambda m: arguments[int(m[1]) - 1], meaning)
            latex = f"{latex[:found.start()]}{{{text}}}{latex[end:]}"
    return latex


def _braced(latex, start):
    """(argument at `start`, its end): a group in braces, or one character."""
    start += len(latex[start:]) - len(latex[start:].lstrip())
    if latex[start] != "{":
        return latex[start], start + 1
    depth = 0
    for end in range(start, len(latex)):
        depth += (latex[end] == "{") - (latex[end] == "}") if latex[end - 1] != "\\" else 0
        if not depth:
            return latex[start + 1:end], end + 1
    raise ValueError(f"no closing brace in {latex!r}")


class Writer:
    """Turns one page's document into cells."""

    def __init__(self, env, docname, doctree, macros, records):
        self.numbers = env.toc_fignumbers.get(docname, {})
        self.macros, self.records, self.seen = macros, records, set()
        path = env.doc2path(docname)
        content = open(path, encoding="utf-8").read()
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, content)
        self.source = reader.read(content).cells if reader else []       # None: a page without code
        self.done, self.cells, self.text = 0, [], []
        self.add(doctree, 0)
        self.code_up_to(len(self.source))
        self.flush()

    # -------------------------------------------------------------- cells

    def flush(self):
        text = "\n\n".join(block for block in self.text if block.strip())
        if text:
            self.cells.append(nbformat.v4.new_markdown_cell(text))
        self.text = []

    def code_up_to(self, end):
        """The source's code cells up to index `end`: the page shows the last, and hides those before."""
        for cell in self.source[self.done:end]:
            if cell.cell_type == "code":
                self.flush()
                self.add_code(cell.source, cell.metadata.get("tags", []))
        self.done = max(self.done, end)

    def add_code(self, source, tags=()):
        source = source.replace("from myst_nb import glue\n", "")
        for name in re.findall(r'Path\("benchmarks"\) / "([\w.]+)"', source):
            if name not in self.seen:
                self.seen.add(name)
                content = json.dumps(json.loads((self.records / name).read_text()), ensure_ascii=True)
                self.add_code(RECORD.format(name=name, content=content.replace("\\", r"\\")), ["remove-cell"])
        folded = {"source_hidden": True} if {"hide-input", "remove-cell"} & set(tags) else {}
        metadata = {"jupyter": folded} if folded else {}
        self.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))

    # -------------------------------------------------------------- blocks

    def add(self, parent, depth):
        """The children of a document or a section."""
        for node in parent.children:
            if isinstance(node, nodes.section):
                self.add(node, depth + 1)
            elif isinstance(node, nodes.title):
                self.text.append(f"{'#' * depth} {self.inline(node)}")
            elif node.get("nb_element") == "cell_code":
                self.code_up_to(node["cell_index"] + 1)
                self.text += [self.block(figure) for figure in node.findall(nodes.figure)]
            elif isinstance(node, nodes.container) and any(
                    it.get("nb_element") == "cell_code" for it in node.findall(nodes.container)):
                self.add(node, depth)
            else:
                self.text.append(self.block(node))

    def blocks(self, node, start=0):
        return "\n\n".join(filter(None, map(self.block, node.children[start:])))

    def block(self, node):
        for kind in type(node).__mro__:
            if method := getattr(self, f"block_{kind.__name__}", None):
                return method(node)
        raise NotImplementedError(f"a notebook can't show a {type(node).__name__}: {node.astext()[:80]!r}")

    def block_paragraph(self, node):
        return self.inline(node)

    block_compact_paragraph = block_rubric = block_paragraph

    def block_comment(self, node):
        return ""

    block_target = block_transition = block_substitution_definition = block_raw = block_comment
    block_meta = block_index = block_comment

    def block_container(self, node):
        return self.blocks(node)

    block_compound = block_container

    def block_math_block(self, node):
        number = node.get("number") and self.number("displaymath", node)
        tag = rf" \tag{{{number}}}" if number else ""
        return f"$$\n{expand(node.astext().strip(), self.macros)}{tag}\n$$"

    def block_literal_block(self, node):
        return f"```{node.get('language', '')}\n{node.astext()}\n```"

    def block_block_quote(self, node):
        return _quoted(self.blocks(node))

    def block_Admonition(self, node):
        titled = node.children and isinstance(node[0], nodes.title)
        title = self.inline(node[0]) if titled else WORDS.get(node.tagname, node.tagname.title())
        title = f"False: {title}" if "myth" in node["classes"] else title
        return _quoted(f"**{title}**\n\n{self.blocks(node, int(bool(titled)))}")

    def block_dropdown_main(self, node):
        title = "".join(
            f"${expand(text.astext(), self.macros)}$" if isinstance(text.parent, nodes.math) else escape(text)
            for text in node[0].findall(nodes.Text) if not isinstance(text.parent, nodes.raw))
        return f"<details>\n<summary>{title}</summary>\n\n{self.blocks(node, 1)}\n\n</details>"

    def block_bullet_list(self, node):
        return "\n".join(_item("- ", self.blocks(item)) for item in node.children)

    def block_enumerated_list(self, node):
        start = node.get("start", 1)
        return "\n".join(_item(f"{i}. ", self.blocks(item)) for i, item in enumerate(node.children, start))

    def block_definition_list(self, node):
        return "\n\n".join(
            f"**{', '.join(self.inline(it) for it in item.findall(nodes.term))}**: "
            f"{' '.join(self.blocks(it) for it in item.findall(nodes.definition))}" for item in node.children)

    def block_table(self, node):
        rows = [[" ".join(self.blocks(entry).split()).replace("|", r"\|") for entry in row.children]
                for row in node.findall(nodes.row)]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])

    def block_figure(self, node):
        captions = [self.inline(it) for it in node.findall(nodes.caption)]
        number = self.number("figure", node)
        name = f"**Figure {number}.** " if number else ""
        where = "*(It moves on the site.)* " if "interactive" in node["classes"] else ""
        return f"{name}{where}{' '.join(captions)}"

    def block_image(self, node):
        return f"*(On the site, a picture: {_escaped(node.get('alt', ''))})*"

    def number(self, kind, node):
        found = [self.numbers.get(kind, {}).get(name) for name in node["ids"]]
        return next((".".join(map(str, parts)) for parts in found if parts), None)

    # -------------------------------------------------------------- within a line

    def inline(self, node):
        return "".join(map(self.piece, node.children))

    def piece(self, node):
        if isinstance(node, nodes.Text):
            return _escaped(node.astext())
        if isinstance(node, nodes.math):
            return f"${expand(node.astext().strip(), self.macros)}$"
        if isinstance(node, (nodes.literal, addnodes.literal_strong)):
            return f"`{node.astext()}`"
        if isinstance(node, (nodes.raw, nodes.target, nodes.system_message, nodes.image)):
            return ""
        text = self.inline(node)
        if isinstance(node, nodes.emphasis):
            return f"*{text}*"
        if isinstance(node, nodes.strong):
            return f"**{text}**"
        if isinstance(node, nodes.reference) and node.get("refuri", "").startswith("http"):
            return f"[{text}]({node['refuri']})"
        return text


def _escaped(text):
    return re.sub(r"([\\*_`$<])", r"\\\1", re.sub(r"\s+", " ", text))


def _quoted(text):
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _item(mark, text):
    return mark + text.replace("\n", "\n" + " " * len(mark))


def notebook(env, docname, doctree, macros, records, preface):
    """The chapter `docname` as an nbformat notebook that begins with the Markdown `preface`."""
    cells = Writer(env, docname, doctree, macros, records).cells
    cells = [nbformat.v4.new_markdown_cell(preface), nbformat.v4.new_code_cell(GLUE), *cells]
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"                      # the same in every build
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    made = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(made)
    return made
