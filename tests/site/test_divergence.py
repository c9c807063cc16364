"""The interactive figure of chapter 2: a Gaussian over a target with two modes, both divergences in
numbers. What it shows is compared with SciPy's quadrature and optimiser, which it does not use."""

import re

import numpy as np
import pytest
from browsing import TOUCH, opened, wait_for_theme_colours
from scipy import integrate, optimize, stats


WEIGHTS = np.array([0.4, 0.6])


# ------------------------------------------------------------------ what is true


def log_target(z, apart):
    return np.logaddexp(*[np.log(w) + stats.norm.logpdf(z, m, 1) for w, m in zip(WEIGHTS, [-apart / 2, apart / 2])])


def average(f, mean, sd):
    """E[f(z)] for z ~ N(mean, sd^2)."""
    return integrate.quad(lambda e: stats.norm.pdf(e) * f(mean + sd * e), -11, 11, epsabs=1e-11, limit=400)[0]


def truth(mean, sd, apart):
    """{figure's name for a number: its value}, by adaptive quadrature."""
    q = stats.norm(mean, sd)
    components = [(w, m) for w, m in zip(WEIGHTS, [-apart / 2, apart / 2])]
    entropy_p = -sum(w * average(lambda z: log_target(z, apart), m, 1) for w, m in components)
    cross_p = -sum(w * average(q.logpdf, m, 1) for w, m in components)
    cross_q = -average(lambda z: log_target(z, apart), mean, sd)
    return {
        "reverse": {"cross": cross_q, "entropy": q.entropy(), "total": cross_q - q.entropy()},
        "forward": {"cross": cross_p, "entropy": entropy_p, "total": cross_p - entropy_p},
    }


EPS = np.linspace(-9, 9, 1801)
EPS_WEIGHT = stats.norm.pdf(EPS) / stats.norm.pdf(EPS).sum()


def reverse_minimum(mean, sd, apart):
    """(mean, sd, value) of the local minimum of KL(q || p) near a start."""
    found = optimize.minimize(
        lambda t: -stats.norm.entropy(scale=np.exp(t[1])) - EPS_WEIGHT @ log_target(t[0] + np.exp(t[1]) * EPS, apart),
        [mean, np.log(sd)], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12, "initial_simplex": [
            [mean, np.log(sd)], [mean + 0.05, np.log(sd)], [mean, np.log(sd) + 0.05]]})
    return found.x[0], np.exp(found.x[1]), found.fun


# ------------------------------------------------------------------ what is shown


class Figure:
    """The figure on an open page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".mtg-figure[data-figure=divergence]")

    def slider(self, label):
        return self.root.get_by_label(label, exact=True)

    def press(self, button):
        self.root.get_by_role("button", name=button, exact=True).click()

    def setting(self):
        """(mean, sd, apart), as the sliders say."""
        return tuple(
            float(self.slider(label).get_attribute("aria-valuetext")) for label in ("mean", "sd", "apart")
        )

    def set(self, **wanted):
        """Move sliders as a reader would who knows the place: each sends its input event."""
        low, step = {"mean": -6, "sd": 0.3, "apart": 0}, {"mean": 0.01, "sd": 0.01, "apart": 0.5}
        for label, value in wanted.items():
            self.slider(label).evaluate(
                "(input, place) => { input.value = place; input.dispatchEvent(new Event('input')); }",
                round((value - low[label]) / step[label]),
            )

    def numbers(self):
        """{"reverse": {"cross": ..., "entropy": ..., "total": ...}, "forward": the same}."""
        tables = self.root.locator(".mtg-waterfall")
        return {
            name: {cell: float(tables.nth(i).locator(f"[data-cell={cell}]").inner_text().replace("−", "-"))
                   for cell in ("cross", "entropy", "total")}
            for i, name in enumerate(["reverse", "forward"])
        }

    def note(self):
        return self.root.locator("[data-cell=note]").inner_text().replace("−", "-")

    def agrees(self):
        """The numbers shown, after a check that they are right to their last digit and add up."""
        shown, right = self.numbers(), truth(*self.setting())
        for direction, parts in shown.items():
            for name, value in parts.items():
                assert abs(value - right[direction][name]) < 0.51e-4, (self.setting(), direction, name)
            assert abs(parts["cross"] - parts["entropy"] - parts["total"]) < 1.01e-4
        return shown


@pytest.fixture(scope="module")
def desktop(browser, site):
    """The figure on a desktop, opened from disk."""
    with opened(browser, site / "divergence.html") as page:
        yield Figure(page)


@pytest.fixture
def figure(desktop):
    """The figure as a reader finds it."""
    desktop.set(mean=0, sd=2, apart=6)
    return desktop


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("mean, sd, apart", [
    (0, 2, 6), (0, 1, 0), (-3, 1, 6), (1.25, 0.3, 8), (-6, 5, 8), (6, 0.3, 0.5), (2.5, 3.7, 4.5),
])
def test_both_divergences_are_right_and_are_cross_entropy_minus_entropy(figure, mean, sd, apart):
    figure.set(mean=mean, sd=sd, apart=apart)
    assert figure.setting() == (mean, sd, apart)
    figure.agrees()


def test_divergences_vanish_where_q_is_p(figure):
    figure.set(mean=0, sd=1, apart=0)
    shown = figure.agrees()
    assert shown["reverse"]["total"] == shown["forward"]["total"] == 0


# ------------------------------------------------------------------ buttons


@pytest.mark.parametrize("apart", [0, 3, 6, 8])
def test_the_forward_button_matches_the_moments(figure, apart):
    figure.set(apart=apart)
    figure.press("Forward: best of all")
    mean, sd, _ = figure.setting()
    p_mean = WEIGHTS @ [-apart / 2, apart / 2]
    p_sd = np.sqrt(1 + WEIGHTS @ np.square([-apart / 2, apart / 2]) - p_mean**2)
    assert abs(mean - p_mean) <= 0.0051 and abs(sd - p_sd) <= 0.0051
    best = figure.agrees()["forward"]["total"]
    for label, value, change in [("mean", mean, 0.1), ("mean", mean, -0.1), ("sd", sd, 0.1), ("sd", sd, -0.1)]:
        figure.set(**{label: value + change})
        assert figure.agrees()["forward"]["total"] > best
        figure.set(**{label: value})


@pytest.mark.parametrize("button, start", [("Reverse: left mode", (-3, 1)), ("Reverse: right mode", (3, 1))])
def test_a_mode_has_its_own_reverse_minimum_when_the_modes_are_far_apart(figure, button, start):
    figure.press(button)
    mean, sd, value = reverse_minimum(*start, 6)
    shown_mean, shown_sd, _ = figure.setting()
    assert abs(shown_mean - mean) <= 0.0051 and abs(shown_sd - sd) <= 0.0051
    assert abs(figure.agrees()["reverse"]["total"] - value) < 2e-4


def test_near_modes_share_one_reverse_minimum(figure):
    figure.set(apart=4)
    ends = set()
    for button in ("Reverse: left mode", "Reverse: right mode", "Reverse: best of all"):
        figure.press(button)
        ends.add(figure.setting())
    assert len(ends) == 1


@pytest.mark.parametrize("apart", [0, 3, 4.5, 5, 5.5, 6, 8])
def test_the_lowest_reverse_minimum_is_the_lowest_of_all(figure, apart):
    spread = np.sqrt(1 + WEIGHTS @ np.square([-apart / 2, apart / 2]) - (0.1 * apart) ** 2)
    starts = [(-apart / 2, 1), (0.1 * apart, 0.9 * spread), (apart / 2, 1)]
    mean, sd, value = min((reverse_minimum(*start, apart) for start in starts), key=lambda found: found[2])
    figure.set(apart=apart)
    lowest = re.search(r"there is: (\S+), at mean (\S+), sd (\S+)\.", figure.note())
    assert np.allclose([float(text) for text in lowest.groups()], [value, mean, sd], rtol=0, atol=0.0051)
    figure.press("Reverse: best of all")
    assert abs(figure.setting()[0] - mean) <= 0.0051 and abs(figure.setting()[1] - sd) <= 0.0051
    assert abs(figure.agrees()["reverse"]["total"] - value) < 2e-4


def test_where_q_slides_depends_on_where_it_starts(figure):
    ends = {}
    for start in [(-2, 1), (2, 1), (0.5, 3)]:
        figure.set(mean=start[0], sd=start[1])
        figure.press("Reverse: slide down from here")
        ends[start] = figure.setting()
        assert f"to mean {ends[start][0]:.2f}, sd {ends[start][1]:.2f}" in figure.note()
        mean, sd, _ = reverse_minimum(*ends[start][:2], 6)
        assert abs(ends[start][0] - mean) <= 0.0051 and abs(ends[start][1] - sd) <= 0.0051
    assert len(set(ends.values())) == 3


# ------------------------------------------------------------------ mouse, keyboard, touch


@pytest.mark.parametrize("handle, label", [(0, "mean"), (1, "sd")])
def test_dragging_a_handle_moves_its_slider_and_the_numbers(figure, handle, label):
    before, shown = figure.setting(), figure.numbers()
    board = figure.root.locator(".mtg-board").first
    board.evaluate("(node) => node.scrollIntoView({ block: 'center' })")        # clear of the page's header
    point = board.locator("ellipse:visible").nth(handle).bounding_box()
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    mouse = figure.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y, steps=5)
    mouse.up()
    moved = dict(zip(("mean", "sd", "apart"), np.subtract(figure.setting(), before)))
    assert moved.pop(label) > 0.5
    assert set(moved.values()) == {0}
    assert figure.agrees() != shown


def test_the_arrow_keys_move_q(figure):
    figure.slider("mean").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure.setting() == (0.01, 2, 6)
    figure.slider("apart").focus()
    figure.page.keyboard.press("ArrowLeft")
    assert figure.setting() == (0.01, 2, 5.5)
    figure.agrees()
    figure.root.get_by_role("button", name="Reverse: right mode").focus()
    figure.page.keyboard.press("Enter")
    assert figure.setting()[0] > 2.5


def test_it_works_by_touch_on_a_phone(browser, site):
    with opened(browser, site / "divergence.html", **TOUCH) as page:
        figure = Figure(page)
        figure.root.get_by_role("button", name="Reverse: left mode").tap()
        assert figure.setting()[0] < -2.5
        figure.agrees()
        slider = figure.slider("mean")
        box = slider.bounding_box()
        slider.tap(position={"x": 0.75 * box["width"], "y": box["height"] / 2})
        assert figure.setting()[0] > 2
        figure.agrees()


def test_its_colours_follow_the_theme(figure):
    wait_for_theme_colours(figure.page, "divergence", ["truth", "q"])
