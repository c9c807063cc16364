"""What stands in a page's head for those who don't see the page: its description, the card that a
shared link shows, and the symbols that search should find.

Addresses of a card are absolute, so they are written only when `baseurl` in _config.yml says where
the site stands.
"""

import re
import unicodedata
from html import escape
from pathlib import Path

from docutils import nodes

ROOT = Path(__file__).resolve().parents[2]
CARD = "_static/screenshot.png"
CARD_SHOWS = "A page of the book: an interactive figure with sliders, beside the text that explains it."
LONGEST = 158                       # of a description, in characters: search engines cut what is longer
WITHOUT_TEXT = {
    "search": "Search the book Mind the Gap: chapters, notation and every name of the library varinf.",
    "genindex": "Every function, class and method of the library varinf, with links to what they do.",
}
VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi"}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}


def greek(name):
    """The letter that LaTeX calls `\\name`, or None."""
    case = "CAPITAL" if name[:1].isupper() else "SMALL"
    name = VARIANTS.get(name, name).upper().replace("LAMBDA", "LAMDA")      # as Unicode spells it
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name}")
    except KeyError:
        return None


def readable(latex):
    """A short formula as text, for a description."""
    text = re.sub(r"\\(?:hat|bar|tilde|mathcal|mathbf|text|operatorname)\b", "", latex)
    text = text.replace(r"\mid", "|").replace(r"\,", " ")
    text = re.sub(r"\\([A-Za-z]+)", lambda m: greek(m[1]) or m[1], text)
    return re.sub(r"[{}$\\]", "", text)


def symbols(doctree):
    """The symbols in a page's formulas as a reader types them: Greek letters, and letters with a hat."""
    found = set()
    for formula in doctree.findall(lambda it: isinstance(it, (nodes.math, nodes.math_block))):
        latex = formula.astext()
        found |= {letter for name in re.findall(r"\\([A-Za-z]+)", latex) if (letter := greek(name))}
        accented = r"\\(hat|bar|tilde)\s*\{?(?:\\([a-z]+)|([A-Za-z]))(?![a-z])"
        for accent, name, letter in re.findall(accented, latex):
            if base := greek(name) if name else letter:
                found.add(unicodedata.normalize("NFC", base + ACCENTS[accent]))
    return sorted(found)


def add_symbols(app, doctree, docname):
    """Search knows what a page's formulas are made of; without this, only by their names in LaTeX."""
    if found := symbols(doctree):
        doctree.insert(0, nodes.meta("", name="keywords", content=", ".join(found)))


def description(doctree):
    """A page's first paragraph, as far as one line goes; of a chapter, the question it asks."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            text = "".join(
                readable(piece.astext()) if isinstance(piece.parent, nodes.math) else piece.astext()
                for piece in paragraph.findall(nodes.Text))
            text = re.sub(r"\s+", " ", text).removeprefix("The question. ").strip()
            if len(text) > 40:
                return shortened(text)
    return None


def shortened(text):
    if len(text) <= LONGEST:
        return text
    sentence = re.match(rf"(.{{60,{LONGEST - 1}}}[.?!])\s", text)
    return sentence[1] if sentence else text[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def tags(title, text, page, address, book):
    """The meta elements of one page. `address` is the site's, or ""."""
    found = {
        "description": text, "og:title": title, "og:description": text, "og:site_name": book,
        "og:type": "article", "twitter:card": "summary_large_image" if address else "summary",
        "twitter:title": title, "twitter:description": text,
    }
    if address:
        picture = address + CARD
        found |= {"og:url": address + page, "og:image": picture, "og:image:alt": CARD_SHOWS,
                  "twitter:image": picture, "twitter:image:alt": CARD_SHOWS}
    return "\n".join(
        f'<meta {"property" if name.startswith("og:") else "name"}="{name}" content="{escape(content)}" />'
        for name, content in found.items() if content)


def add_tags(app, pagename, templatename, context, doctree):
    text = description(doctree) if doctree is not None else WITHOUT_TEXT.get(pagename)
    title = re.sub(r"<[^>]+>", "", context.get("title") or "") or app.config.html_title
    address = app.config.html_baseurl
    address = address + "/" if address and not address.endswith("/") else address
    page = "" if pagename == app.config.root_doc else f"{pagename}.html"
    made = tags(title, text or title, page, address, app.config.html_title or app.config.project)
    context["metatags"] = context.get("metatags", "") + "\n" + made


def setup(app):
    app.connect("doctree-resolved", add_symbols)
    app.connect("html-page-context", add_tags)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
