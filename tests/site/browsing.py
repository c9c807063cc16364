"""What the tests of the site do with a page: watch it load, and look at it."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe

from varinf.plotting import PALETTE

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}       # options of a phone's browser


@dataclass
class Visit:
    """What one page did while it was loaded and looked at."""

    complaints: list = field(default_factory=list)      # of the console, and failed requests
    requests: list = field(default_factory=list)        # addresses
    facts: dict = field(default_factory=dict)           # what LOOK saw
    axe: dict = field(default_factory=dict)             # theme: findings


def everything(visits, find):
    """{page: what `find(visit)` found there}, pages where it found nothing left out."""
    return {name: found for name, visit in visits.items() if (found := find(visit))}


def wider_than_the_screen(visit):
    page, screen = visit.facts["width"]
    return (page, screen) if page > screen else None


def watch(page):
    """A Visit that records `page` from here on."""
    visit = Visit()

    def heard(message):
        if message.type in ("error", "warning"):
            visit.complaints.append(f"{message.type}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: visit.complaints.append(f"exception: {error}"))
    page.on("request", lambda request: visit.requests.append(request.url))
    # who leaves a page cancels what it was still fetching
    page.on("requestfailed", lambda it: it.failure == "net::ERR_ABORTED"
            or visit.complaints.append(f"failed: {it.url} ({it.failure})"))
    page.on("response", lambda it: it.status >= 400 and visit.complaints.append(f"{it.status}: {it.url}"))
    return visit


# The browser lays out a section when a reader comes near; until then it has no width to be looked at.
ALL_LAID_OUT = ".bd-article > section > section { content-visibility: visible !important }"


def settle(page):
    """Wait for fonts and figures, open what is folded, and have the whole page laid out, as for printing."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.add_style_tag(content=ALL_LAID_OUT)
    if page.locator(".mtg-figure").count():
        page.evaluate("MindTheGap.drawAll()")               # not only what a reader has come near to
        page.wait_for_function("[...document.querySelectorAll('.mtg-figure')].every((f) => f.dataset.ready)")
    page.evaluate("""() => {
        for (const details of document.querySelectorAll(".bd-article details")) details.open = true;
        for (const fold of document.querySelectorAll("button.toggle-button-hidden")) fold.click();
        dispatchEvent(new Event("beforeprint"));
        dispatchEvent(new Event("afterprint"));
    }""")


@contextmanager
def opened(browser, file, **options):
    """The page in `file`, in a browser with these options; nothing may complain until it is closed."""
    context = browser.new_context(**({"viewport": DESKTOP, "reduced_motion": "reduce"} | options))
    page = context.new_page()
    visit = watch(page)
    page.goto(file.as_uri(), wait_until="load")
    settle(page)
    yield page
    context.close()
    assert not visit.complaints, visit.complaints


def set_theme(page, theme):
    page.evaluate("""(theme) => {
        document.documentElement.dataset.theme = theme;
        for (const fading of document.getAnimations()) fading.finish();
    }""", theme)


def wait_for_theme_colours(page, figure, names):
    """Wait, in either theme, until some line of the figure has each of these colours of the palette."""
    for place, theme in enumerate(("light", "dark")):
        set_theme(page, theme)
        for name in names:
            page.wait_for_function("""([figure, wanted]) => {
                const lines = document.querySelectorAll(`.mtg-figure[data-figure=${figure}] .mtg-board path`);
                return [...lines].some((path) => getComputedStyle(path).stroke === wanted);
            }""", arg=[figure, "rgb({}, {}, {})".format(*bytes.fromhex(PALETTE[name][place][1:]))], timeout=5_000)
    set_theme(page, "light")


# Everything that is read off a page in one go. Colours are compared as browsers resolve them.
LOOK = r"""() => {
    const article = document.querySelector(".bd-article") || document.body;
    const bare = article.cloneNode(true);
    bare.querySelectorAll("pre, code, script, style, .katex, .mtg-figure").forEach((node) => node.remove());
    const maths = [...document.querySelectorAll(".math")];
    return {
        width: [document.documentElement.scrollWidth, document.documentElement.clientWidth],
        text: bare.textContent,
        maths: maths.length,
        unrendered: maths.filter((m) => !m.querySelector(".katex-html") || !m.querySelector("math"))
            .map((m) => m.textContent.slice(0, 80)),
        wrong: [...document.querySelectorAll(".katex-error, .katex-html .tag")]
            .map((it) => it.outerHTML.slice(0, 80)),
        fonts: [...document.fonts].map((font) => [font.family.replace(/["']/g, ""), font.status]),
        pictures: [...article.querySelectorAll("img")]
            .map((img) => [img.getAttribute("src"), img.getAttribute("alt")]),
        figures: [...document.querySelectorAll(".mtg-figure")]
            .map((it) => [it.dataset.figure, it.getAttribute("role"), it.getAttribute("aria-label")]),
    };
}"""

# Code stands on a background with gradients, where axe gives no verdict: so work out the contrast here.
CODE_CONTRAST = r"""() => {
    const probe = document.body.appendChild(document.createElement("span"));
    const rgb = (colour) => {
        probe.style.color = colour;
        return getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    };
    const luminance = (colour) => rgb(colour).slice(0, 3)
        .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const faint = new Set();
    for (const node of document.querySelectorAll(".bd-article pre, .bd-article pre span")) {
        const paper = getComputedStyle(node.closest("pre")).getPropertyValue("--under");
        const both = [luminance(getComputedStyle(node).color), luminance(paper)];
        const [dark, light] = both.sort((x, y) => x - y);
        const contrast = (light + 0.05) / (dark + 0.05);
        if (contrast < 4.5) faint.add(`code ${node.className || "plain"}: contrast ${contrast.toFixed(2)}`);
    }
    probe.remove();
    return [...faint];
}"""


# A chapter has some 15,000 little boxes inside its formulas and code, over which axe spends a minute.
# So formulas keep their size and a letter (the MathML in them is checked above, the rest is hidden from screen
# readers and has the colour of its text), and code its text (the colours are checked above as well).
LIGHTEN = """() => {
    const sizes = [...document.querySelectorAll(".katex")].map((it) => [it, it.getBoundingClientRect()]);
    for (const [formula, { width, height }] of sizes) {
        formula.textContent = "x";
        formula.style = `display: inline-block; overflow: hidden; width: ${width}px; height: ${height}px`;
    }
    for (const code of document.querySelectorAll(".bd-article pre")) code.textContent = code.textContent;
}"""


def axe_findings(page, **options):
    """Findings of any severity, of all rules or those that axe's own options choose."""
    # preload: axe would fetch the styles, which a browser refuses a page from disk.
    options = {"resultTypes": ["violations"], "preload": False} | options
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{it['id']} ({it['impact']}): {', '.join(str(node['target'][0]) for node in it['nodes'][:3])}"
        for it in found
    ]
