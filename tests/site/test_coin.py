"""The interactive coin of chapter 1: mouse, keyboard, touch, and the right numbers."""

import re
from contextlib import ExitStack

import mpmath
import pytest
from browsing import DESKTOP, PHONE, TOUCH, opened, set_theme, watch
from scipy import stats

from varinf.plotting import PALETTE


@pytest.fixture(scope="module")
def file(site):
    """The page that has the coin."""
    pages = (page for page in site.glob("*.html") if 'data-figure="coin"' in page.read_text(encoding="utf-8"))
    return next(pages)


@pytest.fixture
def open_coin(browser, file):
    """Opens the page afresh, with any of the browser's options."""
    with ExitStack() as until_the_end:
        def opener(**options):
            page = until_the_end.enter_context(opened(browser, file, **options))
            page.locator(".mtg-board").scroll_into_view_if_needed()
            return page

        yield opener


@pytest.fixture(scope="module")
def coin(browser, file):
    """The page, open all the while, for tests that only set sliders and read."""
    with opened(browser, file) as page:
        yield page


def slider(page, label):
    return page.locator(".mtg-figure").get_by_label(label, exact=True)


def number(text):
    """What a readout says, as (value, half a unit of its last digit)."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    text = text.replace("\u2212", "-").replace(" × 10", "e").translate(raised)
    mantissa, _, exponent = text.partition("e")
    digits = len(mantissa.partition(".")[2])
    return float(text), 0.5000001 * 10.0 ** (int(exponent or 0) - digits)


def read(page):
    """Every number in the figure: settings by label, readouts by their data-cell."""
    return page.evaluate("""() => {
        const root = document.querySelector(".mtg-figure");
        const cells = [...root.querySelectorAll("[data-cell]")]
            .map((cell) => [cell.dataset.cell, cell.textContent]);
        const controls = [...root.querySelectorAll(".mtg-slider")]
            .map((row) => [row.querySelector("label").textContent, row.querySelector("output").textContent]);
        return Object.fromEntries([...cells, ...controls]);
    }""")


def set_to(page, **settings):
    """Put sliders to the given values, as fast as a script can."""
    page.evaluate("""(settings) => {
        for (const row of document.querySelectorAll(".mtg-figure .mtg-slider")) {
            const wanted = settings[row.querySelector("label").textContent];
            const input = row.querySelector("input"), shown = row.querySelector("output");
            if (wanted === undefined) continue;
            for (let low = 0, high = Number(input.max); low <= high;) {     // values grow to the right
                input.value = Math.floor((low + high) / 2);
                input.dispatchEvent(new Event("input"));
                if (Number(shown.textContent) === wanted) break;
                if (Number(shown.textContent) < wanted) low = Number(input.value) + 1;
                else high = Number(input.value) - 1;
            }
        }
    }""", settings)
    shown = read(page)
    assert {label: float(shown[label]) for label in settings} == settings


def says(shown, cell, expected):
    value, tolerance = number(shown[cell])
    assert abs(value - expected) <= tolerance + 1e-9 * abs(expected), f"{cell}: {shown[cell]}, not {expected}"


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("function, cases", [
    ("logGamma", [[x] for x in (1e-8, 0.1, 0.5, 1, 2, 3.7, 9.999, 10, 57.3, 200, 1e6)]),
    ("logBeta", [[a, b] for a in (1e-6, 0.1, 1, 2.5, 9.9, 100, 1e6) for b in (0.1, 1, 7, 200, 1e5)]),
])
def test_special_functions_are_right_to_twelve_digits(coin, function, cases):
    exact = {"logGamma": mpmath.loggamma, "logBeta": lambda a, b: mpmath.log(mpmath.beta(a, b))}[function]
    got = coin.evaluate(f"(cases) => cases.map((x) => MindTheGap.{function}(...x))", cases)
    with mpmath.workdps(50):
        for arguments, value in zip(cases, got, strict=True):
            expected = float(exact(*arguments))
            assert abs(value - expected) <= 1e-12 * max(1.0, abs(expected)), (arguments, value, expected)


@pytest.mark.parametrize("a, b, heads, tails, z", [
    (2, 2, 7, 3, 0.5),
    (1, 1, 10, 0, 0.5),
    (0.1, 0.1, 10, 0, 0.99),
    (100, 0.3, 3, 90, 0.2),
    (100, 100, 100, 100, 0.01),
    (5, 1.5, 0, 0, 0.73),
])
def test_numbers_are_scipy_s(coin, a, b, heads, tails, z):
    set_to(coin, a=a, b=b, heads=heads, tails=tails, z=z)
    shown = read(coin)
    prior, posterior = stats.beta(a, b), stats.beta(a + heads, b + tails)
    with mpmath.workdps(40):
        log_evidence = float(mpmath.log(mpmath.beta(a + heads, b + tails) / mpmath.beta(a, b)))
        area = float(mpmath.beta(heads + 1, tails + 1))
    assert shown["posterior.note"] == f"Beta({a + heads:g}, {b + tails:g})"
    for name, density in (("prior", prior), ("posterior", posterior)):
        says(shown, f"{name}.mean", density.mean())
        says(shown, f"{name}.sd", density.std())
        says(shown, f"{name}.area", 1.0)
    says(shown, "likelihood.area", area)
    if heads + tails:
        says(shown, "likelihood.peak", heads / (heads + tails))
    says(shown, "prior", prior.logpdf(z))
    says(shown, "likelihood", stats.bernoulli(z).logpmf([1] * heads + [0] * tails).sum())
    says(shown, "posterior", posterior.logpdf(z))
    says(shown, "total", log_evidence)
    says(shown, "evidence", float(mpmath.exp(log_evidence)))


def test_the_three_terms_add_up_to_the_same_sum_at_every_z(coin):
    totals = set()
    for z in (0.01, 0.2, 0.5, 0.77, 0.99):
        set_to(coin, z=z)
        shown = read(coin)
        terms = ("likelihood", "prior", "posterior", "total")
        likelihood, prior, posterior, total = (number(shown[term])[0] for term in terms)
        assert abs(likelihood + prior - posterior - total) < 2.1e-4        # each is rounded to four digits
        totals.add(shown["total"])
    assert len(totals) == 1


def test_no_setting_draws_or_says_nonsense(coin):
    bad = coin.evaluate(r"""() => {
        const root = document.querySelector(".mtg-figure");
        const [a, b, heads, tails, z] = root.querySelectorAll("input[type=range]");
        const area = root.querySelector("input[type=checkbox]");
        const bad = [];
        const put = (input, value) => { input.value = value; input.dispatchEvent(new Event("input")); };
        for (const A of [0, 9, a.max]) for (const B of [0, 9, b.max])
        for (const h of [0, 1, 100]) for (const t of [0, 100]) {
            put(a, A); put(b, B); put(heads, h); put(tails, t); put(z, (h + t) % 2 ? 0 : z.max);
            area.click();
            const drawn = [...root.querySelectorAll(".mtg-board path")].map((path) => path.getAttribute("d"));
            if (/NaN|Infinity|undefined/.test(root.innerText + drawn.join())) bad.push([A, B, h, t]);
        }
        return bad;
    }""")
    assert bad == []


# ------------------------------------------------------------------ hands


def test_keyboard_moves_through_the_controls_and_moves_them(open_coin):
    page = open_coin()
    slider(page, "a").focus()
    page.keyboard.press("ArrowRight")
    assert read(page)["a"] == "2.5"
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert read(page)["b"] == "0.1"
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    shown = read(page)
    assert shown["heads"] == "100"
    assert shown["posterior.note"] == "Beta(102.5, 3.1)"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.get_by_role("button", name="Ten heads").focus()
    page.keyboard.press("Enter")
    assert read(page)["posterior.note"] == "Beta(12, 2)"


def test_mouse_moves_sliders_and_presses_buttons(open_coin):
    page = open_coin()
    box = slider(page, "heads").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    assert 48 <= int(read(page)["heads"]) <= 52
    page.get_by_role("button", name="Start again").click()
    assert read(page)["posterior.note"] == "Beta(9, 5)"
    page.get_by_label("draw the likelihood with area one").check()
    assert "area one" in page.locator(".mtg-note").inner_text()


def test_the_marker_can_be_dragged_and_the_sum_stays(open_coin):
    page = open_coin()
    before = read(page)
    marker = page.locator(".mtg-board ellipse").locator("visible=true").first.bounding_box()
    x, y = marker["x"] + marker["width"] / 2, marker["y"] + marker["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 40, steps=4)
    page.mouse.move(x + 120, y - 40, steps=4)
    page.mouse.up()
    after = read(page)
    assert float(after["z"]) > float(before["z"]) + 0.1
    assert after["posterior"] != before["posterior"]
    assert after["total"] == before["total"]
    moved = page.locator(".mtg-board ellipse").locator("visible=true").first.bounding_box()
    assert moved["x"] > marker["x"] + 60
    assert abs(moved["y"] - marker["y"]) < 1               # it stays on the axis
    page.mouse.move(moved["x"] + moved["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(DESKTOP["width"] - 20, y, steps=4)     # far beyond the board
    page.mouse.up()
    assert read(page)["z"] == "0.99"


def test_touch_moves_sliders_and_presses_buttons(open_coin):
    page = open_coin(**TOUCH)
    slider(page, "tails").scroll_into_view_if_needed()
    box = slider(page, "tails").bounding_box()
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    assert 74 <= int(read(page)["tails"]) <= 86
    page.get_by_role("button", name="No data").tap()
    shown = read(page)
    assert (shown["likelihood.peak"], shown["evidence"]) == ("any z", "1.000")


def swipe(page, x, y, dx, dy):
    """One finger down at x, y, along dx, dy, and up."""
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = {"x": x + dx * step / 8, "y": y + dy * step / 8}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_swipe_over_the_board_scrolls_the_page_and_one_along_it_drags_the_marker(open_coin):
    page = open_coin(**TOUCH)
    before, start = read(page), page.evaluate("scrollY")
    marker = page.locator(".mtg-board ellipse").locator("visible=true").first.bounding_box()
    swipe(page, marker["x"] + marker["width"] / 2, marker["y"] + marker["height"] / 2, 80, 0)
    assert float(read(page)["z"]) > float(before["z"]) + 0.1
    assert page.evaluate("scrollY") == start
    moved = read(page)
    box = page.locator(".mtg-board").bounding_box()
    swipe(page, box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"], 0, -200)
    page.wait_for_function("(start) => scrollY > start + 50", arg=start)
    assert read(page) == moved


# ------------------------------------------------------------------ ears and eyes


def test_a_screen_reader_hears_one_summary_when_the_hand_rests(open_coin):
    page = open_coin()
    page.wait_for_timeout(900)                              # the opening state has been announced
    page.evaluate("""() => {
        window.heard = [];
        const live = document.querySelector(".mtg-figure [aria-live=polite]");
        new MutationObserver(() => window.heard.push(live.textContent)).observe(live, { childList: true });
    }""")
    slider(page, "heads").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("window.heard.length > 0")
    page.wait_for_timeout(900)
    heard = page.evaluate("window.heard")
    assert len(heard) == 1
    assert "Beta(14, 5)" in heard[0] and read(page)["total"] in heard[0]


def test_the_theme_changes_the_colours_at_once(open_coin):
    page = open_coin(color_scheme="light")
    seen = {}
    for i, theme in enumerate(("light", "dark")):
        set_theme(page, theme)
        strokes = page.evaluate("""() => [...document.querySelectorAll(".mtg-board path")]
            .map((path) => getComputedStyle(path).stroke)""")
        for name in ("prior", "likelihood", "truth"):
            assert rgb(PALETTE[name][i]) in strokes, f"{name} in the {theme} theme"
        seen[theme] = strokes
        numbers = page.evaluate("""() => [...document.querySelectorAll(".mtg-board text")]
            .filter((text) => text.textContent).map((text) => getComputedStyle(text).fill)""")
        assert numbers and set(numbers) == {rgb(PALETTE["muted"][i])}
    assert seen["light"] != seen["dark"]


def rgb(hexadecimal):
    return "rgb({}, {}, {})".format(*bytes.fromhex(hexadecimal.removeprefix("#")))


def test_the_reader_s_own_button_changes_the_theme(open_coin):
    page = open_coin(color_scheme="light")
    themes = set()
    for _ in range(3):
        page.locator(".theme-switch-button").locator("visible=true").first.click()
        themes.add((page.evaluate("document.documentElement.dataset.theme"),
                    page.evaluate("getComputedStyle(document.documentElement).colorScheme")))
    assert themes == {("light", "light"), ("dark", "dark")}


def test_no_motion_for_readers_who_want_none(open_coin):
    frames = """() => {
        const seen = [], move = MindTheGap.glide((value) => seen.push(value));
        move(1);
        move(2);
        return seen;
    }"""
    assert open_coin(reduced_motion="reduce").evaluate(frames) == [1, 2]
    assert len(open_coin(reduced_motion="no-preference").evaluate(frames)) == 2
    page = open_coin(reduced_motion="no-preference")
    assert page.evaluate(frames)[-1] < 2                   # on its way


def test_moving_everything_complains_about_nothing(open_coin):
    page = open_coin(reduced_motion="no-preference")
    visit = watch(page)
    for button in page.locator(".mtg-figure button").all():
        button.click()
    for control in page.locator(".mtg-figure input[type=range]").all():
        control.focus()
        for key in ("Home", "ArrowRight", "End", "ArrowLeft"):
            page.keyboard.press(key)
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(300)
    assert visit.complaints == [] and visit.requests == []
    assert not re.search(r"NaN|Infinity|undefined", page.locator(".mtg-figure").inner_text())
