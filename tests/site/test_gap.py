"""The interactive figure `gap`: q over four kinds of coin, by keyboard, mouse, touch and buttons, its
numbers against Python's."""

from contextlib import ExitStack

import numpy as np
import pytest
from browsing import TOUCH, opened
from scipy.special import logsumexp, softmax

from varinf.elbo import elbo_table, gap
from varinf.plotting import PALETTE

HEADS = np.array([0.2, 0.4, 0.6, 0.8])
PRIOR = np.array([0.4, 0.3, 0.2, 0.1])
LOG_JOINT = np.log(PRIOR) + 4 * np.log(HEADS) + np.log1p(-HEADS)
POSTERIOR = softmax(LOG_JOINT)


class Gap:
    """The figure on an open page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator('.mtg-figure[data-figure="gap"][data-ready]')
        self.root.wait_for()
        self.sliders = self.root.locator("input[type=range]")

    def number(self, cell):
        return float(self.root.locator(f'[data-cell="{cell}"]').inner_text().replace("\u2212", "-"))

    def column(self, name):
        return np.array([self.number(f"kind{k}.{name}") for k in (1, 2, 3, 4)])

    def press(self, button):
        self.root.get_by_role("button", name=button, exact=True).click()

    def handle(self, kind):
        """Where on the screen the handle of a bar is."""
        self.root.locator(".mtg-board").scroll_into_view_if_needed()
        box = self.root.locator(".mtg-board ellipse:visible").nth(kind).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, kind, right):
        x, y = self.handle(kind)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right, y + 10, steps=8)
        self.page.mouse.up()

    def settled(self, cell, value):
        """Wait for a movement to end where it should; fails after ten seconds."""
        self.page.wait_for_function("""([cell, value]) => {
            const shown = document.querySelector(`.mtg-figure[data-figure="gap"] [data-cell="${cell}"]`);
            return Math.abs(shown.textContent.replace("\u2212", "-") - value) < 6e-5;
        }""", arg=[cell, float(value)], timeout=10_000)

    def check(self, q):
        """Every number shown is Python's for this q, to the digits shown."""
        assert self.column("q") == pytest.approx(q, abs=6e-4)
        assert self.column("posterior") == pytest.approx(POSTERIOR, abs=6e-4)
        assert self.number("elbo") == pytest.approx(elbo_table(LOG_JOINT, q), abs=6e-5)
        assert self.number("gap") == pytest.approx(gap(LOG_JOINT, q), abs=6e-5)
        seen = np.where(q > 0, q, 1.0)
        assert self.column("elbo") == pytest.approx(q * (LOG_JOINT - np.log(seen)), abs=6e-5)
        assert self.column("gap") == pytest.approx(q * np.log(seen / POSTERIOR), abs=6e-5)
        self.identity()

    def identity(self):
        """ELBO + gap = log p(x), in the numbers as they are printed; and the parts add up to the sums."""
        assert self.number("total") == pytest.approx(logsumexp(LOG_JOINT), abs=6e-5)
        assert self.number("elbo") + self.number("gap") == pytest.approx(self.number("total"), abs=1.6e-4)
        for name in ("elbo", "gap"):
            assert self.number(f"sum.{name}") == self.number(name)
            assert self.column(name).sum() == pytest.approx(self.number(name), abs=2.6e-4)


@pytest.fixture
def open_figure(browser, site):
    """Opens the page in a browser of one's own choice; nothing may complain until the end."""
    file = site / "elbo.html"
    with ExitStack() as until_the_end:
        yield lambda **options: Gap(until_the_end.enter_context(opened(browser, file, **options)))


@pytest.fixture
def figure(open_figure):
    return open_figure()


def moved(q, kind, p):
    """q with probability p of one kind, the others in proportion."""
    q = np.array(q, dtype=float)
    others = np.arange(4) != kind
    q[others] *= (1 - p) / q[others].sum()
    q[kind] = p
    return q


def test_it_starts_with_the_uniform_q(figure):
    figure.check(np.full(4, 0.25))


def test_the_keyboard_moves_a_slider_and_all_numbers(figure):
    figure.sliders.nth(2).focus()
    for _ in range(5):
        figure.page.keyboard.press("ArrowRight")
    q = np.full(4, 0.25)
    for p in (0.26, 0.27, 0.28, 0.29, 0.30):
        q = moved(q, 2, p)
    figure.check(q)
    assert figure.sliders.nth(2).get_attribute("aria-valuetext") == "0.30"
    figure.page.keyboard.press("End")
    figure.check(np.array([0, 0, 1.0, 0]))
    assert "rules out 3 kinds" in figure.root.locator('[data-cell="note"]').inner_text()
    figure.page.keyboard.press("Home")                      # the others had nothing: they share alike
    figure.check(np.array([1, 1, 0, 1]) / 3)


@pytest.mark.parametrize("button, q", [
    ("Prior", PRIOR), ("Sure of one coin", np.array([0, 0, 1.0, 0])), ("Posterior", POSTERIOR),
])
def test_a_button_leads_to_its_q(figure, button, q):
    figure.press(button)
    figure.settled("elbo", elbo_table(LOG_JOINT, q))
    figure.settled("kind3.q", round(q[2], 3))
    figure.check(q)


def test_steps_uphill_close_the_gap_and_the_log_evidence_stands_still(figure):
    figure.press("Prior")
    figure.settled("gap", gap(LOG_JOINT, PRIOR))
    figure.settled("kind1.q", 0.4)
    q, before = PRIOR, figure.number("gap")
    for _ in range(3):
        q = softmax(0.5 * (np.log(q) + LOG_JOINT))
        figure.press("Step uphill")
        figure.settled("gap", gap(LOG_JOINT, q))
        figure.settled("kind1.q", round(q[0], 3))
        figure.check(q)
        assert figure.number("gap") < before
        before = figure.number("gap")


def test_the_mouse_drags_a_bar(figure):
    figure.drag(1, 120)
    p = figure.number("kind2.q")
    assert p > 0.3 and float(figure.sliders.nth(1).get_attribute("aria-valuetext")) == p
    figure.check(moved(np.full(4, 0.25), 1, p))


def test_a_drag_beyond_the_end_stops_at_certainty(figure):
    figure.drag(0, 900)
    figure.check(np.array([1.0, 0, 0, 0]))


def test_a_finger_drags_a_bar_on_a_phone(open_figure):
    figure = open_figure(**TOUCH)
    figure.root.get_by_role("button", name="Posterior", exact=True).tap()
    figure.settled("gap", 0.0)
    figure.settled("kind3.q", round(POSTERIOR[2], 3))
    x, y = figure.handle(2)
    send = figure.page.context.new_cdp_session(figure.page).send
    send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 10 * step, "y": y}]})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert figure.number("kind3.q") < POSTERIOR[2] - 0.1 and figure.number("gap") > 0.01
    figure.identity()


def test_readers_who_want_no_motion_get_the_result_at_once(open_figure):
    figure = open_figure(reduced_motion="reduce")
    text = figure.page.evaluate("""() => {
        const root = document.querySelector('.mtg-figure[data-figure="gap"]');
        [...root.querySelectorAll("button")].find((b) => b.textContent === "Posterior").click();
        return root.querySelector('[data-cell="gap"]').textContent;
    }""")
    assert text == "0.0000"


def test_its_colours_follow_the_theme(figure):
    handle, seen = figure.root.locator(".mtg-board ellipse:visible").first, set()
    for theme in ("light", "dark"):
        figure.page.evaluate("""(theme) => {
            document.documentElement.dataset.theme = theme;
            for (const fading of document.getAnimations()) fading.finish();
        }""", theme)
        seen.add(handle.evaluate("(node) => getComputedStyle(node).fill"))
    assert seen == {f"rgb({', '.join(str(part) for part in bytes.fromhex(code[1:]))})" for code in PALETTE["q"]}


def test_it_speaks_the_result(figure):
    figure.press("Prior")
    value = f"{elbo_table(LOG_JOINT, PRIOR):.4f}".replace("-", "\u2212")
    spoken = figure.root.locator("[aria-live=polite]").filter(has_text=f"ELBO {value}")
    spoken.wait_for(state="attached", timeout=5000)
