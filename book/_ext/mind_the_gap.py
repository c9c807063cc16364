"""What this book adds to Jupyter Book: its own scripts and fonts, interactive figures, and pictures
that follow the reader's theme.
"""

import html
import json
import re
import shutil
import zlib
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from fresh_numbers import fingerprint
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from varinf.plotting import PALETTE

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "book" / "figures"
logger = logging.getLogger(__name__)

# ------------------------------------------------------------------ files of our own

def copy_vendor_files(app):
    """Scripts, styles and fonts from the npm packages, into the site. Early on, because Sphinx marks
    the address of each script and style with a checksum of the file it finds there."""
    if app.builder.format != "html":
        return
    packages, static = ROOT / "node_modules", Path(app.outdir) / "_static"
    wanted = {
        "katex": ["katex/dist/katex.min.css", "katex/LICENSE", *packages.glob("katex/dist/fonts/*.woff2")],
        "jsxgraph": [
            *(f"jsxgraph/distrib/{file}" for file in ("jsxgraphcore.js", "jsxgraph.css", "LICENSE.MIT")),
        ],
    }
    for package, files in wanted.items():
        for file in files:
            source = packages / file
            if not source.exists():
                raise ExtensionError(f"{source.relative_to(ROOT)} is missing: run `make book`, or `npm ci`.")
            folder = static / "vendor" / package / ("fonts" if source.suffix == ".woff2" else "")
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder)
    shutil.copytree(FIGURES, static / "figures", dirs_exist_ok=True)


# ------------------------------------------------------------------ colours


def palette_css():
    """The palette of varinf.plotting as CSS variables, for both themes."""
    light, dark = ("\n".join(f"  --mtg-{name}: {pair[i]};" for name, pair in PALETTE.items()) for i in (0, 1))
    return f'html {{\n{light}\n}}\nhtml[data-theme="dark"] {{\n{dark}\n}}\n'


def write_palette(app):
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "palette.css").write_text(palette_css())
        app.add_css_file("palette.css")


def follow_theme(svg):
    """An SVG whose palette colours change with the colour scheme of the page that shows it."""
    light_to_dark = {light: dark for light, dark in PALETTE.values()}
    names = {light: f"--{name}" for name, (light, _) in PALETTE.items()}
    used = [light for light in light_to_dark if light in svg]
    if not used or "prefers-color-scheme" in svg:
        return svg
    svg = re.sub("|".join(used), lambda m: f"var({names[m[0]]})", svg)
    day, night = (";".join(f"{names[c]}:{pick(c)}" for c in used) for pick in (str, light_to_dark.get))
    # Matplotlib does not write out a black fill, because it is the default: so change the default.
    black, white = PALETTE["truth"]
    style = (f"<style>svg{{{day};fill:{black}}}"
             f"@media (prefers-color-scheme: dark){{svg{{{night};fill:{white}}}}}</style>")
    return re.sub(r"(<svg\b[^>]*>)", lambda m: m[1] + style, svg, count=1)


def theme_pictures(app, exception):
    if not exception and app.builder.format == "html":
        for file in (Path(app.outdir) / "_images").glob("*.svg"):
            text = file.read_text(encoding="utf-8")
            themed = follow_theme(text)
            if themed != text:
                file.write_text(themed, encoding="utf-8")


# ------------------------------------------------------------------ formulas and their commas


def keep_together(app, doctree, docname):
    """Bind each formula in a line to the characters that touch it, such as a comma or a bracket:
    left to itself, a browser may put those alone on another line."""
    touching = r"[\w,.;:?!'’“”()\[\]-]*"
    for math in list(doctree.findall(nodes.math)):
        parent, place = math.parent, math.parent.index(math)
        before, after = parent[:place], parent[place + 1:]
        bound = nodes.inline("", "", classes=["bound"])
        if before and isinstance(before[-1], nodes.Text):
            text = before.pop().astext()
            cut = re.search(touching + "$", text, re.ASCII).start()
            before.append(nodes.Text(text[:cut]))
            bound += nodes.Text(text[cut:])
        bound += math
        if after and isinstance(after[0], nodes.Text):
            text = after.pop(0).astext()
            cut = re.match(touching, text, re.ASCII).end()
            bound += nodes.Text(text[:cut])
            after.insert(0, nodes.Text(text[cut:]))
        parent.children = []
        parent.extend([*before, bound, *after])


# ------------------------------------------------------------------ interactive figures


class Interactive(SphinxDirective):
    """A figure that a script in book/figures/ draws: ``{interactive} coin`` runs figures/coin.js.

    The content is the caption. `label` names the figure for readers who can't see it.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"name": directives.unchanged_required, "label": directives.unchanged_required}

    def run(self):
        script = self.arguments[0]
        if not (FIGURES / f"{script}.js").exists():
            raise self.error(f"There is no book/figures/{script}.js.")
        for need in ("name", "label"):
            if need not in self.options:
                raise self.error(f"An interactive figure needs :{need}:.")
        figure = nodes.figure(classes=["interactive"])
        self.set_source_info(figure)
        label = html.escape(self.options["label"])
        figure += nodes.raw("", (
            f'<div class="mtg-figure" data-figure="{script}" role="group" aria-label="{label}">'
            "<noscript>This figure needs JavaScript; the text around it says what it shows.</noscript>"
            "</div>"
        ), format="html")
        caption = nodes.caption()
        children, messages = self.state.inline_text(" ".join(self.content), self.lineno)
        caption += children
        figure += caption
        self.add_name(figure)
        used = self.env.metadata[self.env.docname].setdefault("interactive", "")
        self.env.metadata[self.env.docname]["interactive"] = f"{used} {script}".strip()
        return [figure, *messages]


def add_figure_scripts(app, pagename, templatename, context, doctree):
    """Where there is an interactive figure: what all share, and the addresses of the rest, the drawing library
    among them where a figure has a board. common.js loads those when a reader comes near."""
    used = list(dict.fromkeys(app.env.metadata.get(pagename, {}).get("interactive", "").split()))
    if not used:
        return
    wanted = {name: [] for name in used}
    for name in used:
        if "MindTheGap.board(" in (FIGURES / f"{name}.js").read_text(encoding="utf-8"):
            wanted[name].append(address(app, "vendor/jsxgraph/jsxgraphcore.js"))
        wanted[name].append(address(app, f"figures/{name}.js"))
    app.add_js_file(None, body=f"window.MindTheGapScripts = {json.dumps(wanted)};")
    app.add_js_file("figures/common.js", loading_method="defer")


def address(app, file):
    """A file of _static, marked with a checksum, so that a browser does not take an older one for it."""
    content = (Path(app.outdir) / "_static" / file).read_bytes()
    return f"_static/{file}?v={zlib.crc32(content):08x}"


def mend_roles(app, pagename, templatename, context, doctree):
    """Docutils calls the bibliography a list, and its entries something that a list can't hold."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app):
    # Jupyter Book sets these for two extensions this book leaves out: they name other hosts.
    app.add_config_value("comments_config", {}, "")
    app.add_config_value("thebe_config", {}, "")
    # Pages are read again when what makes them has changed, and written again for new scripts.
    app.add_config_value("made_by", fingerprint(["book/_ext", "book/_templates"]), "env")
    app.add_config_value("looks_by", fingerprint(
        ["book/_static", "book/figures", "lib/varinf/plotting.py", "requirements.lock"]), "html")
    app.add_directive("interactive", Interactive)
    app.connect("builder-inited", copy_vendor_files)
    app.connect("builder-inited", write_palette)
    app.connect("doctree-resolved", keep_together)
    app.connect("html-page-context", add_figure_scripts)
    app.connect("html-page-context", mend_roles)
    app.connect("build-finished", theme_pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
