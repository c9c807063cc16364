"""Pages that load quickly. The theme brings the 1,400 icons of Font Awesome twice, as a script and as fonts,
0.8 MB compressed, and has a browser wait for every script before it shows anything.

Here a page gets one style sheet, in the place of a dozen that a browser would fetch one after the other. In it are
a font with the icons that the site shows, two with the letters of formulas, and of the rules, most of which are the
theme's for things that no page has, those that something on the site may use. There is no script for icons, and one
script for all that is not a figure's, which waits until the page can be read. The theme's own script is in it, without
the lines that measure every box of a page at once: to answer, a browser would have to lay out all of it (see book.js).
Pictures are fetched when a reader comes near.
"""

import base64
import io
import posixpath
import re
import subprocess
import zlib
from pathlib import Path
from urllib.parse import unquote

from build_time_maths import NODE
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

THEME = Path(__import__("pydata_sphinx_theme").__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
THEME_STYLE = THEME / "styles" / "pydata-sphinx-theme.css"
BOOK_STYLE = (Path(__import__("sphinx_book_theme").__file__).parent
              / "theme" / "sphinx_book_theme" / "static" / "styles" / "sphinx-book-theme.css")
FONT = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"
KATEX = Path(__file__).resolve().parents[2] / "node_modules" / "katex" / "dist" / "fonts"
# What the theme's templates show, by Font Awesome's names.
ICONS = ["angle-left", "angle-right", "arrow-up", "bars", "chevron-down", "circle-half-stroke", "download", "expand",
         "file", "file-pdf", "list", "magnifying-glass", "moon", "sun"]
# What nearly all formulas are written with comes inside the style sheet: a page is painted with its formulas in
# their place, and no paragraph moves when a font arrives. The other characters are in KaTeX's own files.
ASCII = "".join(map(chr, range(0x20, 0x7F)))
LETTERS = [
    ("KaTeX_Main-Regular.ttf", "KaTeX_Main", "normal",
     ASCII + "\xa0±×ˉΓΔΘΛΠΣΦΨΩ\u200b…′ℓ←→↦⇒∂∇∈−∗∙∝∞∣∥∼≈≤≥⊙⊤⋅⋯⌈⌉⟹"),
    ("KaTeX_Math-Italic.ttf", "KaTeX_Math", "italic",
     "".join(filter(str.isalpha, ASCII)) + "αβγδεζηθικλμνξπρστυϕχψωϵ"),
]
FIRST_STYLES = ["basic.css", "styles/pydata-sphinx-theme.css"]              # which the theme's template names
LAST_STYLES = ["letters.css", "vendor/jsxgraph/jsxgraph.css", "book.css"]
NOW = "documentation_options.js"                # scripts in the page itself, which run at once, use it
APART = {NOW, "design-tabs.js"}                 # the second is found by its attributes
THEME_SCRIPTS = ["scripts/bootstrap.js", "scripts/pydata-sphinx-theme.js"]  # which the theme's template names
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


def selection(file, codes):
    """A font's address with these characters of a TrueType file in it."""
    font = TTFont(file)
    cut = subset.Subsetter(subset.Options(layout_features=[], name_IDs=[0, 1, 2, 13, 14]))
    cut.populate(unicodes=codes)
    cut.subset(font)
    font.flavor = "woff"
    font["head"].modified = font["head"].created            # the same file at every build
    file = io.BytesIO()
    font.save(file, reorderTables=False)
    return f'url("data:font/woff;base64,{base64.b64encode(file.getvalue()).decode()}") format("woff")'


def write_fonts(app):
    if app.builder.format != "html":
        return
    theme = THEME_STYLE.read_text(encoding="utf-8")
    styles = [file.read_text(encoding="utf-8") for file in (Path(app.srcdir) / "_static" / "book.css", BOOK_STYLE)]
    codes = set(icon_codes(theme).values()).union(*map(other_codes, [theme, *styles]))
    letters = "\n".join(
        f"@font-face {{\n  font-family: {family};\n  font-style: {style};\n"
        f"  unicode-range: {', '.join(f'U+{ord(letter):X}' for letter in of_it)};\n"
        f"  src: {selection(KATEX / file, map(ord, of_it))};\n}}"
        for file, family, style, of_it in LETTERS)
    written = {
        "icons.css": "/* A selection from Font Awesome Free 6 (fontawesome.com), SIL OFL 1.1. */\n"
                     '@font-face {\n  font-family: "Font Awesome 6 Free";\n  font-weight: 900;\n'
                     f"  src: {selection(FONT, codes)};\n}}\n",
        "letters.css": f"/* A selection from KaTeX's fonts (katex.org), SIL OFL 1.1. */\n{letters}\n",
    }
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, style in written.items():
        (folder / name).write_text(style, encoding="utf-8")
        app.add_css_file(name)


def without_icon_names(style):
    """Take a fifth out of the theme's style sheet: a rule for each icon of Font Awesome."""
    kept = "|".join(ICONS)
    rule = rf'(?<=\}})(?:\.fa-(?!(?:{kept}):)[a-z0-9-]+:before,?)+\{{content:"\\[0-9a-f]+"\}}'
    return re.sub(rule, "", style)


def without_icon_script(head):
    """The theme's head without Font Awesome's script, and without its wish for two scripts before all else."""
    head, found = re.subn(r"<script[^>]*/fontawesome\.js[^>]*></script>", "", str(head))
    if found != 1:
        raise ExtensionError("The theme loads its icons in another way: mend without_icon_script.")
    return re.sub(r'<link rel="preload" as="script"[^>]*>', "", head)


def without_measuring(script):
    """The theme's script without its measuring of boxes."""
    start = r'(function \w+\(\)\{)(?=const \w+=\(\)=>\{document\.querySelectorAll\(\["pre",)'
    script, found = re.subn(start, r"\1return;", script)
    if found != 1:
        raise ExtensionError("The theme's script measures boxes in another way: mend without_measuring.")
    return script


def joined_styles(static, names):
    """One style sheet out of these files of the folder, with their addresses seen from there."""
    parts = []
    for name in names:
        text = (static / name).read_text(encoding="utf-8").removeprefix("\ufeff")
        text = re.sub(r"^@charset[^;]*;", "", text)
        if "@import" in text:
            raise ExtensionError(f"{name} imports another style sheet: mend joined_styles.")

        def seen_from_there(found, folder=posixpath.dirname(name)):
            quote, address = found[1], found[2]
            if re.match(r"data:|#|[a-z]+:", address):
                return found[0]
            return f"url({quote}{posixpath.normpath(posixpath.join(folder, address))}{quote})"

        text = re.sub(r"""url\(\s*(['"]?)([^'")]+)\1\s*\)""", seen_from_there, text)
        parts.append(f"/* {name} */\n{without_icon_names(text)}")
    return "\n".join(parts)


def used_rules(style, site):
    """What is left of others' styles when the rules that no page or script of the site could use are taken out."""
    done = subprocess.run([NODE, Path(__file__).with_name("used_styles.mjs")], cwd=site, input=style,
                          capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError(f"The unused rules of the style sheet can't be found: {done.stderr.strip()[-500:]}")
    return done.stdout


def joined_scripts(static, names):
    """One script out of these files and the theme's. A statement comes first, so that "use strict" in one is not
    for all."""
    texts = {name: (static / name).read_text(encoding="utf-8") for name in [*names, *THEME_SCRIPTS]}
    texts[THEME_SCRIPTS[1]] = without_measuring(texts[THEME_SCRIPTS[1]])
    return "\n;\n".join([";", *(f"/* {name} */\n{text}" for name, text in texts.items())])


def below_static(asset):
    """A style's or a script's file, if it is one of _static that is to be joined: "book.css", ..."""
    name = str(getattr(asset, "filename", None) or "").split("?")[0]
    name = name.removeprefix("_static/")
    apart = not name or "://" in name or name in APART or name.startswith("figures/")
    return None if apart else name


class Joined:
    """What every page gets in the place of its styles and scripts. The names change with what is in them, or with
    what makes them, so that no browser takes an older file for it."""

    def __init__(self, app, styles, scripts):
        middle = [name for name in styles if name not in LAST_STYLES]
        self.styles, self.scripts = [*FIRST_STYLES, *middle, *LAST_STYLES], scripts
        # both have all pages written again when they change: none is left with the name of before
        made_of = app.config.made_by + app.config.looks_by
        self.script = named("js", made_of)
        self.style = named("css", made_of)                  # until all pages are there, and with them what is used


def named(kind, made_of):
    return f"_static/site-{zlib.crc32(made_of.encode()):08x}.{kind}"


def lighten(app, pagename, templatename, context, doctree):
    context["without_icon_script"] = without_icon_script
    styles = [*filter(None, map(below_static, context["css_files"]))]
    scripts = [*filter(None, map(below_static, context["script_files"]))]
    joined = app.builder.joined = getattr(app.builder, "joined", None) or Joined(app, styles, scripts)
    if not set(styles) <= set(joined.styles) or not set(scripts) <= set(joined.scripts):
        raise ExtensionError(f"{pagename} has a style or script that other pages have not: mend lighten.")
    context["css_files"] = [type(context["css_files"][0])(joined.style)]
    context["has_formulas"] = 'class="katex"' in context.get("body", "")
    context["theme_scripts"] = pagename in AT_ONCE
    if pagename not in AT_ONCE:
        context["script_files"] = with_one_script(context["script_files"], joined.script)
    now = (Path(app.outdir) / "_static" / NOW).read_text(encoding="utf-8")
    context["script_files"] = [
        inside(script, now) if is_now(script) else script for script in context["script_files"]]


def hold_places(app, pagename, templatename, context, doctree):
    """A picture is fetched when a reader comes near, and has its place before it is there."""
    files = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def with_place(found):
        name = unquote(posixpath.basename(found[2]))
        root = re.search(r"<svg\b[^>]*>", files[name].read_text(encoding="utf-8")) if name in files else None
        sides = [re.search(rf'\b{side}="([\d.]+)pt"', root[0]) if root else None for side in ("width", "height")]
        place = "".join(f' {side}="{float(size[1]) * 4 / 3:.0f}"'
                        for side, size in zip(("width", "height"), sides) if all(sides))
        return f'<img loading="lazy"{place} {found[1]}src="{found[2]}"'

    context["body"] = re.sub(r'<img ([^>]*?)src="([^"]*)"', with_place, context.get("body", ""))


def write_joined(app, exception):
    """At the end of a build, when all files are there."""
    joined = getattr(app.builder, "joined", None)           # None if no page was written
    if exception or not joined:
        return
    site = Path(app.outdir)
    for old in site.glob("_static/site-*.*"):
        old.unlink()
    (site / joined.script).write_text(joined_scripts(site / "_static", joined.scripts), encoding="utf-8")
    others, ours = ([name for name in joined.styles if (name in LAST_STYLES) is last] for last in (False, True))
    style = "\n".join([f"/* From: {' '.join(joined.styles)} */",
                       used_rules(joined_styles(site / "_static", others), site), joined_styles(site / "_static", ours)])
    name = named("css", style)
    (site / name).write_text(style, encoding="utf-8")
    for page in site.rglob("*.html"):                       # those that were not written this time, too
        text = page.read_text(encoding="utf-8")
        renamed = re.sub(r"_static/site-[0-9a-f]{8}\.css", name, text)
        if renamed != text:
            page.write_text(renamed, encoding="utf-8")


def with_one_script(scripts, joined):
    """The scripts of a page with the joined one in the place of all that it holds, at the end. (Other objects: pages
    share theirs.)"""
    kept = [script for script in scripts if not below_static(script)]
    kept = [deferred(script) if script.filename else script for script in kept]
    return [*kept, type(scripts[0])(joined, defer="defer")]


def is_now(script):
    return script.filename and posixpath.basename(str(script.filename).split("?")[0]) == NOW


def inside(script, text):
    """A script in the page itself: for four hundred characters, a browser need not ask and wait."""
    return type(script)(None, priority=script.priority, body=text)


def deferred(script):
    if is_now(script) or {"defer", "async"} & set(script.attributes):
        return script
    return type(script)(script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"})


def setup(app):
    app.connect("builder-inited", write_fonts)
    app.connect("html-page-context", lighten, priority=900)
    app.connect("html-page-context", hold_places)
    app.connect("build-finished", write_joined, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
