"""Pages that load quickly. The theme brings the 1,400 icons of Font Awesome twice, as a script and as fonts,
0.8 MB compressed, and has a browser wait for every script before it shows anything.

Here a page gets one font with the icons that the site shows, inside its style sheet, and no script; the theme's
style sheet goes without the names of the other icons; and scripts wait until the page can be read.
"""

import base64
import io
import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

THEME = Path(__import__("pydata_sphinx_theme").__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
THEME_STYLE = THEME / "styles" / "pydata-sphinx-theme.css"
BOOK_STYLE = (Path(__import__("sphinx_book_theme").__file__).parent
              / "theme" / "sphinx_book_theme" / "static" / "styles" / "sphinx-book-theme.css")
FONT = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
# What the theme's templates show, by Font Awesome's names.
ICONS = ["angle-left", "angle-right", "arrow-up", "bars", "chevron-down", "circle-half-stroke", "download", "expand",
         "file", "file-pdf", "list", "magnifying-glass", "moon", "sun"]
NOW = {"documentation_options.js"}              # scripts in the page itself, which run at once, use it
AT_ONCE = {"search"}                            # a page whose own scripts need all the others


def icon_codes(style):
    """{name: its character in the icon font}, as the theme's style sheet has them, for ICONS."""
    codes = {}
    for name in ICONS:
        found = re.search(rf'\.fa-{name}:before[^{{]*{{content:"\\([0-9a-f]+)"', style)
        if not found:
            raise ExtensionError(f"The theme's icon font has no icon {name}: mend ICONS in {Path(__file__).name}.")
        codes[name] = int(found[1], 16)
    return codes


def other_codes(style):
    """Characters of the icon font that a style shows without an icon's name: as themselves, or as `content` of
    something else than .fa-name:before."""
    named = r'\.fa-[a-z0-9-]+:before\{content:"[^"]*"\}'
    codes = {int(code, 16) for code in re.findall(r'content: *"\\(f[0-9a-f]{3})"', re.sub(named, "", style))}
    return codes | {ord(letter) for letter in style if "\ue000" <= letter <= "\uf8ff"}


def icon_font(codes):
    """A font of these characters only, as a WOFF file."""
    font = TTFont(FONT.with_suffix(".ttf"))
    cut = subset.Subsetter(subset.Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 13, 14]))
    cut.populate(unicodes=codes)
    cut.subset(font)
    font.flavor = "woff"
    font["head"].modified = font["head"].created            # the same file at every build
    file = io.BytesIO()
    font.save(file, reorderTables=False)
    return file.getvalue()


def write_icon_font(app):
    if app.builder.format != "html":
        return
    theme = THEME_STYLE.read_text(encoding="utf-8")
    styles = [file.read_text(encoding="utf-8") for file in (Path(app.srcdir) / "_static" / "book.css", BOOK_STYLE)]
    codes = set(icon_codes(theme).values()).union(*map(other_codes, [theme, *styles]))
    font = base64.b64encode(icon_font(codes)).decode()
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "icons.css").write_text(
        '/* A selection from Font Awesome Free 6 (fontawesome.com), SIL OFL 1.1. */\n'
        '@font-face {\n  font-family: "Font Awesome 6 Free";\n  font-weight: 900;\n'
        f'  src: url("data:font/woff;base64,{font}") format("woff");\n}}\n', encoding="utf-8")
    app.add_css_file("icons.css")


def without_icon_names(app, exception):
    """Take a fifth out of the theme's style sheet: a rule for each icon of Font Awesome."""
    file = Path(app.outdir) / "_static" / "styles" / "pydata-sphinx-theme.css"
    if exception or app.builder.format != "html":
        return
    kept = "|".join(ICONS)
    rule = rf'(?<=\}})(?:\.fa-(?!(?:{kept}):)[a-z0-9-]+:before,?)+\{{content:"\\[0-9a-f]+"\}}'
    file.write_text(re.sub(rule, "", file.read_text(encoding="utf-8")), encoding="utf-8")


def without_icon_script(head):
    """The theme's head without Font Awesome's script, and without its wish for two scripts before all else."""
    head, found = re.subn(r"<script[^>]*/fontawesome\.js[^>]*></script>", "", str(head))
    if found != 1:
        raise ExtensionError("The theme loads its icons in another way: mend without_icon_script.")
    return re.sub(r'<link rel="preload" as="script"[^>]*>', "", head)


def lighten(app, pagename, templatename, context, doctree):
    context["without_icon_script"] = without_icon_script
    if pagename not in AT_ONCE:
        context["script_files"] = [deferred(script) for script in context["script_files"]]


def deferred(script):
    """The same script, run when the page is there; another object, as pages share theirs."""
    name = str(getattr(script, "filename", None) or "")
    if not name or name.rsplit("/", 1)[-1] in NOW or {"defer", "async"} & set(script.attributes):
        return script
    return type(script)(script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"})


def setup(app):
    app.connect("builder-inited", write_icon_font)
    app.connect("html-page-context", lighten, priority=900)
    app.connect("build-finished", without_icon_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
