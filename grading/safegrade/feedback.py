"""Feedback pages that keep hidden tests hidden, and that a browser shows without asking another host.

Two parts stand in for nbgrader's own, both named in nbgrader_config.py: `HideHiddenTests` takes the
hidden tests' source out of the notebook, wherever nbgrader or IPython quoted it, and
`FeedbackExporter` writes the page, its formulas as MathML.
"""

import ast
import html
import re
from pathlib import Path
from xml.etree import ElementTree

import bleach
from bs4 import BeautifulSoup
from jinja2 import pass_context
from latex2mathml.converter import convert_to_element
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML, strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from pygments.formatters import HtmlFormatter
from traitlets import Bool, List
from traitlets.config import Config

from .calls import MIME

# ---------------------------------------------------------------------------------- hidden tests

FRAME = re.compile(r"\A\s*Cell In\[(\d+)\]")
ANY_FRAME = re.compile(r"\A\s*(?:Cell In\[|File )")
HEADING = re.compile(r"\A-+\Z|.*Traceback \(most recent call last\)\Z")
SITE_PACKAGES = re.compile(r"[^\s\x1b]*/(?:site-packages|lib/python3\.\d+)/")
QUOTED = "[An output stood here that quotes a hidden check; it is not shown.]\n"
PRINTED = "What was printed or displayed while these checks ran is not shown."
STDERR = (
    "A warning, or other text on stderr, came while these checks ran. "
    "`nbgrader autograde` counts such a check as failed; `safegrade` does not."
)
# A line this short gives nothing away, and would be found in innocent output.
SHORTEST_SECRET = 8


def messages(source):
    """The strings in a test's source: what it may say to the student, so none of them is secret."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic; then nothing but the released lines counts as public
        return []
    return [node.value for node in ast.walk(tree) if isinstance(getattr(node, "value", None), str)]


class HideHiddenTests(NbGraderPreprocessor):
    """Show hidden tests as their points and messages, and nothing else of them.

    A hidden test's cell keeps the part that was released. Of an error in it, the student's own
    frames and the message stay; its frames go, here and in every other traceback, as does every
    output that quotes a line of it. What a hidden test's cell printed goes too, because a student's
    function can print the source of its caller.
    """

    show_inputs = Bool(False, help="""Show for hidden checks too which call failed, with its arguments and
        what came back: after the deadline, say. The tests' source stays hidden.""").tag(config=True)

    # HTMLExporter sets this for every preprocessor, and nbgrader's base class takes no setting of it.
    display_data_priority = List().tag(config=True)

    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            source_cells = gradebook.find_notebook(names["notebook"], names["assignment"]).source_cells
            trusted = {cell.name: cell.source for cell in source_cells}
            submission = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            waiting = {grade.name for grade in submission.grades if grade.needs_manual_grade}

        # Only its own section: nbconvert's other settings are not nbgrader's, and it would say so.
        config = Config(ClearHiddenTests=self.config.ClearHiddenTests)
        clear = ClearHiddenTests(config=config, enforce_metadata=False)

        def released(source):
            cell = NotebookNode(cell_type="code", metadata=NotebookNode(), source=source)
            return clear.preprocess_cell(cell, {}, 0)[0].source

        secret_lines, public_text, hidden_counts, visible_counts = set(), [], set(), set()
        for cell in nb.cells:
            about = cell.metadata.setdefault("nbgrader", NotebookNode())
            # What was graded, and what the gradebook says now: a new release may lie in between.
            sources = [trusted.get(about.get("grade_id"), "")]
            if is_grade(cell) and not is_solution(cell):
                sources.append(cell.source)
            about["hidden"] = any(clear.begin_test_delimeter in source for source in sources)
            about["waiting"] = about.get("grade_id") in waiting
            about["notes"], about["calls"] = [], []
            if about["hidden"]:
                for source in sources:
                    secret_lines.update(line.strip() for line in source.splitlines())
                    public_text += messages(source)
                cell.source = released(sources[-1])
            public_text.append(cell.source)
            counts = hidden_counts if about["hidden"] else visible_counts
            counts.add(cell.get("execution_count"))

        public_text = "\n".join(public_text)
        self.secrets = [
            line for line in secret_lines if len(line) >= SHORTEST_SECRET and line not in public_text
        ]
        # A student may turn the counter back; a number that a hidden cell bears is never shown.
        self.shown = {str(count) for count in visible_counts - hidden_counts}

        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = list(self._outputs(cell))
        return nb, resources

    def _outputs(self, cell):
        hidden, notes = cell.metadata.nbgrader["hidden"], cell.metadata.nbgrader["notes"]
        for output in cell.outputs:
            if MIME in output.get("data", {}):
                if self.show_inputs or not hidden:
                    cell.metadata.nbgrader["calls"] += self._calls(output.data[MIME])
            elif output.output_type == "error":
                yield self._error(output)
            elif hidden:
                note = STDERR if output.get("name") == "stderr" else PRINTED
                if note not in notes:
                    notes.append(note)
            elif self._quotes(*[output.get("text", ""), *output.get("data", {}).values()]):
                yield new_output("stream", name="stdout", text=QUOTED)
            else:
                yield output

    def _calls(self, record):
        """The calls that safegrade recorded for a failed check, if that is what they are."""
        found = record.get("calls") if isinstance(record, dict) else None
        for call in found if isinstance(found, list) else ():
            texts = [call.get(key) for key in ("call", "how", "what")] if isinstance(call, dict) else [None]
            if all(isinstance(text, str) for text in texts) and not self._quotes(*texts):
                yield dict(zip(("call", "how", "what"), texts))

    def _error(self, output):
        if self._quotes(output.ename, output.evalue):
            return new_output("error", ename="Error", evalue=QUOTED, traceback=[QUOTED])
        entries = [SITE_PACKAGES.sub("", entry) for entry in output.traceback if self._may_show(entry)]
        if not any(ANY_FRAME.match(strip_ansi(entry)) for entry in entries):
            entries = [entry for entry in entries if not HEADING.match(strip_ansi(entry))]
        return new_output("error", ename=output.ename, evalue=output.evalue, traceback=entries)

    def _may_show(self, entry):
        """Whether one entry of IPython's traceback, a frame with the lines around it, may be shown."""
        frame = FRAME.match(strip_ansi(entry))
        return (frame is None or frame[1] in self.shown) and not self._quotes(entry)

    def _quotes(self, *texts):
        for text in texts:
            text = html.unescape(strip_ansi("".join(text) if isinstance(text, list) else str(text)))
            if any(secret in text for secret in self.secrets):
                return True
        return False


# ------------------------------------------------------------------------------------------- maths

# latex2mathml knows these environments under one name only.
ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|gathered|equation|eqnarray|multline)\*?\}")


def mathml(latex, display):
    """The formula as MathML, which browsers draw without a script; its source where that fails."""
    try:
        formula = convert_to_element(ALIGNED.sub(r"\\\1{align*}", latex), display=display)
    except Exception:  # latex2mathml raises many kinds, some of them bare IndexErrors
        return f"<code>{html.escape(latex)}</code>"
    for element in list(formula.iter()):
        # Symbols come as character references. Resolved here, all text is escaped when written out.
        if element.text:
            element.text = html.unescape(element.text)
            if element.text.startswith("\\"):
                return f"<code>{html.escape(latex)}</code>"
        # "log p", not "logp": browsers put no space after the name of a function.
        for place in reversed(range(len(element) - 1)):
            if element[place].tag == "mi" and re.fullmatch("[a-z]{2,}", element[place].text or ""):
                if html.unescape(element[place + 1].text or "") not in ("(", "[", "{"):
                    element.insert(place + 1, ElementTree.Element("mspace", width="0.167em"))
    formula.set("alttext", latex)
    return ElementTree.tostring(formula, encoding="unicode")


class Renderer(IPythonRenderer):
    """Markdown whose formulas are set aside as MathML, so that cleaning the HTML leaves them alone."""

    def __init__(self, formulas, **options):
        super().__init__(escape=False, exclude_anchor_links=True, **options)
        self.formulas = formulas

    def _set_aside(self, latex, display):
        place = f"{OPEN}{len(self.formulas)}{CLOSE}"
        self.formulas[place] = mathml(latex, display)
        return place

    def inline_math(self, body):
        return self._set_aside(body, "inline")

    def block_math(self, body):
        return self._set_aside(body, "block")

    def latex_environment(self, name, body):
        return self._set_aside(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def _embed_image_or_attachment(self, src):
        # nbconvert gives up on the whole page when one attachment is missing.
        if src.removeprefix("attachment:") not in self.attachments:
            return src
        return super()._embed_image_or_attachment(src)


# Private-use characters: no text means anything by them.
OPEN, CLOSE = "\ue000", "\ue001"
SET_ASIDE = re.compile(f"{OPEN}[0-9]+{CLOSE}")

# -------------------------------------------------------------------------------------------- page

TAGS = frozenset(
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre"
    " q s small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)


def allowed(tag, name, value):
    """Attributes that a student's HTML may keep: none that runs a script or loads from another host."""
    if name in ("class", "title", "lang", "dir", "colspan", "rowspan", "start", "open"):
        return True
    if tag == "a":
        return name == "href" and not value.startswith("data:")
    if name == "src":
        return tag == "img" and value.startswith("data:image/")
    return tag == "img" and name in ("alt", "width", "height")


def clean(source):
    """HTML without scripts, styles, or anything that is fetched."""
    soup = BeautifulSoup(source, "html.parser")
    for element in soup(["script", "style", "template", "noscript", "iframe", "object"]):
        element.decompose()
    for image in soup("img"):
        image["alt"] = image.get("alt") or "Picture in this cell"
        if not image.get("src", "").startswith("data:image/"):
            image.replace_with(f"[picture not shown: {image['alt']}]")
    return bleach.clean(
        str(soup), tags=TAGS, attributes=allowed, protocols=["http", "https", "mailto", "data"], strip=True
    )


def traced(traceback):
    """A traceback as text; nothing if it shows no line of code: its message stands above it on the page."""
    return "\n".join(traceback) if any(ANY_FRAME.match(strip_ansi(entry)) for entry in traceback) else ""


class FeedbackExporter(HTMLExporter):
    """One self-contained page: no script, no font or style from elsewhere, no request to any host."""

    export_from_notebook = None

    @property
    def default_config(self):
        # nbgrader sets HTMLExporter's template for its own pages; a section of our own outranks that.
        config = super().default_config.copy()
        config.merge(Config({
            "FeedbackExporter": {
                "template_name": "mind_the_gap_feedback",
                "extra_template_basedirs": [str(Path(__file__).parent / "templates")],
            },
            # Of an output's forms, the best that needs no script.
            "NbConvertBase": {
                "display_data_priority": [
                    "text/html", "text/markdown", "image/svg+xml", "text/latex",
                    "image/png", "image/jpeg", "text/plain",
                ],
            },
        }))
        return config

    def _init_resources(self, resources):
        resources = super()._init_resources(resources)
        resources["highlight_css"] = HtmlFormatter(style="default").get_style_defs(".highlight")
        return resources

    def from_notebook_node(self, nb, resources=None, **options):
        # HTMLExporter would parse the whole page once more, to mend what this template gets right.
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        return TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources), **options)

    @pass_context
    def markdown2html(self, context, source):
        formulas = {}
        renderer = Renderer(formulas, attachments=context.get("cell", {}).get("attachments", {}))
        source = source.replace(OPEN, "").replace(CLOSE, "")
        text = clean(MarkdownWithMath(renderer=renderer).render(source))
        return SET_ASIDE.sub(lambda found: formulas.get(found[0], ""), text)

    def default_filters(self):
        yield from super().default_filters()
        yield "clean_html", clean
        yield "traced", traced
