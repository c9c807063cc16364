"""The interactive figure of chapter 8: weights, their tail and k-hat. The figure's draws are made here
again, by the same generator, and handed to varinf.checking: every number must be the library's."""

import math

import numpy as np
import pytest
from browsing import TOUCH, opened, wait_for_theme_colours
from scipy import special, stats

from varinf.checking import psis


# ------------------------------------------------------------------ what is true

NUMBERS = [100, 300, 1000, 3000, 10000]
NAMES = {"normal": "Normal, N(0, 1)", "student": "Student t, 3 degrees of freedom",
         "modes": "Two modes, at 0 and 12"}
TARGETS = {                                                 # log density, E[z], E[z²]
    "normal": (stats.norm.logpdf, 0, 1),
    "student": (stats.t(3).logpdf, 0, 3),
    "modes": (lambda z: np.logaddexp(stats.norm.logpdf(z), stats.norm.logpdf(z, 12)) - np.log(2), 6, 73),
}


def uniforms(seed):
    """The generator "mulberry32", on 32-bit whole numbers."""
    state, mask = seed, 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ (state >> 15)) * (1 | state)) & mask
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & mask)) & mask) ^ t
        yield ((t ^ (t >> 14)) + 0.5) / 2**32


def normals(count, seed):
    """Box and Muller's cosine, one number for two uniform ones."""
    stream = uniforms(seed)
    return np.array([math.sqrt(-2 * math.log(next(stream))) * math.cos(2 * math.pi * next(stream))
                     for _ in range(count)])


NOISE = {seed: normals(10_000, seed) for seed in (1, 2)}


class Truth:
    def __init__(self, target, m, s, draws, seed=1):
        log_density, self.mean, self.square = TARGETS[target]
        self.z = m + s * NOISE[seed][:draws]
        self.log_w = log_density(self.z) - stats.norm.logpdf(self.z, m, s)
        self.psis = psis(self.log_w)

    @property
    def plain_ess(self):
        w = special.softmax(self.log_w)
        return 1 / (w**2).sum()


# ------------------------------------------------------------------ what is shown


class Figure:
    """The figure on an open page."""

    START = {"m": 0.0, "s": 0.5, "draws": 1000}

    def __init__(self, page):
        self.page, self.root = page, page.locator(".mtg-figure[data-figure=khat]")

    def slider(self, label):
        return self.root.get_by_label(label, exact=True)

    def setting(self):
        values = [float(self.slider(label).get_attribute("aria-valuetext")) for label in ("m", "s", "draws")]
        return values[0], values[1], int(values[2])

    def set(self, **wanted):
        """Move sliders as a reader would who knows the place: each sends its input event."""
        for label, value in wanted.items():
            low, step = {"m": (-3, 0.1), "s": (0.3, 0.05), "draws": (0, 1)}[label]
            place = NUMBERS.index(value) if label == "draws" else round((value - low) / step)
            self.slider(label).evaluate(
                "(input, place) => { input.value = place; input.dispatchEvent(new Event('input')); }", place)

    def choose(self, target):
        self.root.get_by_label(NAMES[target], exact=True).check()

    def press(self, button):
        self.root.get_by_role("button", name=button, exact=True).click()

    def text(self, cell):
        return self.root.locator(f'[data-cell="{cell}"]').inner_text().replace("−", "-")

    def number(self, cell):
        return float(self.text(cell).replace("∞", "inf"))

    def agrees(self, target, seed=1):
        """Check every number that is shown against varinf, to the last digit."""
        truth = Truth(target, *self.setting(), seed)
        raw, smoothed = special.softmax(truth.log_w), special.softmax(truth.psis.log_weights)
        assert self.number("k.value") == pytest.approx(truth.psis.pareto_k, abs=6e-4)
        assert self.number("threshold.value") == pytest.approx(truth.psis.threshold, abs=6e-4)
        assert self.text("k.note") == ("passes" if truth.psis.pareto_k < truth.psis.threshold else "fails")
        assert self.number("plainEss.value") == pytest.approx(truth.plain_ess, abs=0.051)
        assert self.number("ess.value") == pytest.approx(truth.psis.ess, abs=0.051)
        for name, log_w in {"plain": truth.log_w, "smoothed": truth.psis.log_weights}.items():
            evidence = np.exp(special.logsumexp(log_w)) / len(log_w)
            assert self.number(f"evidence.{name}") == pytest.approx(evidence, abs=6e-4)
        for row, power in {"mean": 1, "square": 2}.items():
            even = np.full(len(truth.z), 1 / len(truth.z))
            for name, w in {"q": even, "plain": raw, "smoothed": smoothed}.items():
                assert self.number(f"{row}.{name}") == pytest.approx(w @ truth.z**power, abs=6e-4)
            assert self.number(f"{row}.exact") == getattr(truth, row)
        return truth


@pytest.fixture(scope="module")
def desktop(browser, site):
    """The figure on a desktop, opened from disk."""
    with opened(browser, site / "checking.html") as page:
        yield Figure(page)


@pytest.fixture
def figure(desktop):
    """The figure as a reader finds it."""
    desktop.set(**Figure.START)
    desktop.choose("normal")
    return desktop


# ------------------------------------------------------------------ numbers


def test_it_opens_with_a_narrow_q_and_the_librarys_numbers(figure):
    figure.agrees("normal")
    assert figure.setting() == (0, 0.5, 1000)
    assert "1 - s² = 0.75" in figure.text("note")


@pytest.mark.parametrize("target", NAMES)
@pytest.mark.parametrize("setting", [
    {"m": 0, "s": 0.3, "draws": 100}, {"m": -3, "s": 1, "draws": 300}, {"m": 1.2, "s": 0.85, "draws": 3000},
    {"m": 0, "s": 4, "draws": 10000}, {"m": 3, "s": 2.5, "draws": 1000},
])
def test_k_hat_and_every_estimate_are_varinfs(figure, target, setting):
    figure.set(**setting)
    figure.choose(target)
    figure.agrees(target)


def test_equal_weights_have_no_tail(figure):
    figure.set(s=1)
    truth = figure.agrees("normal")
    assert truth.psis.pareto_k == -np.inf and figure.text("k.value") == "-∞"
    assert figure.number("ess.value") == 1000


def test_narrowing_q_raises_k_hat_and_too_wide_is_safe(figure):
    seen = []
    for s in (0.9, 0.7, 0.5, 0.3):
        figure.set(s=s)
        seen.append(figure.number("k.value"))
    assert seen == sorted(seen) and figure.text("k.note") == "fails"
    figure.press("Too wide")
    assert figure.setting()[1] == 2 and figure.number("k.value") < 0
    figure.agrees("normal")
    figure.press("Too narrow")
    figure.agrees("normal")
    assert figure.text("k.note") == "fails"


def test_k_hat_passes_on_one_of_two_modes_and_the_figure_says_what_is_missing(figure):
    figure.press("One of two modes")
    figure.agrees("modes")
    assert figure.text("k.note") == "passes" and "has not been seen" in figure.text("note")
    assert figure.number("evidence.smoothed") == pytest.approx(0.5, abs=0.02)
    figure.press("Wide enough to see both")
    truth = figure.agrees("modes")
    seen = (truth.z > 6).sum()
    assert seen > 0 and figure.text("note").startswith(f"{seen} of 1000 draws")


def test_other_draws_are_other_draws(browser, site):
    with opened(browser, site / "checking.html") as page:
        figure = Figure(page)
        figure.press("Other draws")
        figure.agrees("normal", seed=2)


# ------------------------------------------------------------------ the picture


PATHS = """(board) => [...board.querySelectorAll("path")].map((path) => {
    const { x, y, width, height } = path.getBBox();
    const pieces = (path.getAttribute("d") || "").split("M").length - 1;
    return { pieces, x, y, width, height, colour: path.getAttribute("stroke") };
})"""


def test_the_dots_are_the_tail_and_the_line_runs_through_them(figure):
    paths = figure.root.locator(".mtg-board").nth(1).evaluate(PATHS)
    tail = math.ceil(3 * math.sqrt(1000))
    dots = max(paths, key=lambda path: path["pieces"])
    line = next(path for path in paths if "bound" in (path["colour"] or ""))
    assert 0.9 * tail <= dots["pieces"] <= tail
    assert line["width"] > 0.5 * dots["width"] and abs(line["y"] - dots["y"]) < 0.35 * dots["height"]


def test_a_wider_q_spreads_the_ticks(figure):
    ticks = []
    for s in (0.5, 1.5):
        figure.set(s=s)
        paths = figure.root.locator(".mtg-board").first.evaluate(PATHS)
        ticks.append(max(paths, key=lambda path: path["pieces"])["width"])
    assert ticks[1] > 2 * ticks[0]


def test_its_colours_follow_the_theme(figure):
    wait_for_theme_colours(figure.page, "khat", ["truth", "q", "bound"])


# ------------------------------------------------------------------ keyboard, touch, speech


def test_the_keyboard_does_all_of_it(figure):
    moves = [("m", "ArrowRight", 0, 0.1), ("s", "Home", 1, 0.3), ("draws", "End", 2, 10000)]
    for label, key, place, value in moves:
        figure.slider(label).focus()
        figure.page.keyboard.press(key)
        assert figure.setting()[place] == value
    figure.agrees("normal")
    figure.root.get_by_label(NAMES["normal"], exact=True).focus()
    figure.page.keyboard.press("ArrowDown")
    figure.agrees("student")
    figure.root.get_by_role("button", name="One of two modes").focus()
    figure.page.keyboard.press("Enter")
    assert figure.setting()[1] == 1.1
    figure.agrees("modes")


def test_the_boards_take_no_stops_of_the_tab_key(figure):
    assert figure.root.locator(".mtg-board [tabindex='0']").count() == 0


def test_moving_a_slider_moves_nothing_below_the_figure(figure):
    def place():
        return figure.root.evaluate("(node) => node.getBoundingClientRect().height")

    before = place()
    for s in (0.3, 1, 2):
        figure.set(s=s)
        assert place() == pytest.approx(before, abs=1)


def test_it_works_by_touch_on_a_phone(browser, site):
    with opened(browser, site / "checking.html", **TOUCH) as page:
        figure = Figure(page)
        figure.root.get_by_label(NAMES["student"], exact=True).tap()
        figure.agrees("student")
        slider = figure.slider("s")
        box = slider.bounding_box()
        slider.tap(position={"x": 0.75 * box["width"], "y": box["height"] / 2})
        assert figure.setting()[1] > 2
        figure.agrees("student")
        figure.root.get_by_role("button", name="Too narrow").tap()
        figure.agrees("normal")
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1]


def test_it_speaks_the_result(figure):
    figure.press("Too narrow")
    said = f"k-hat {figure.text('k.value')}: fails"
    spoken = figure.root.locator("[aria-live=polite]").filter(has_text=said)
    spoken.wait_for(state="attached", timeout=5000)
