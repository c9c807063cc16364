"""The interactive figure of chapter 6: clouds of gradient estimates, by keyboard, mouse, touch and buttons.
Its variances are compared with quadrature over the noise, which it does not use."""

import numpy as np
import pytest
from browsing import TOUCH, opened, wait_for_theme_colours



# ------------------------------------------------------------------ what is true

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
NAMES = {"score": "Score function", "control": "Score, control variate",
         "path": "Reparameterised", "landing": "Path derivative"}


def single(name, m, s, eps):
    """One draw's gradient of the ELBO in m and s; for "control" with the mean weight known exactly."""
    z = m + s * eps
    weight = -5 - 0.5 * z**2 + 0.5 * eps**2 + np.log(s)         # log p(x, z) - log q(z), normalisers cancel
    if name in ("score", "control"):
        return np.array([eps / s * weight, (eps**2 - 1) / s * weight])
    if name == "path":
        return np.array([-z, -z * eps + 1 / s])
    return np.array([-z + eps / s, (-z + eps / s) * eps])


def exact(m, s):
    return np.array([-m, 1 / s - s])


def exact_variance(name, m, s, S):
    """Of an estimate from S draws, along m and s. Leave-one-out: a double sum over pairs of draws."""
    if name != "control":
        g = single(name, m, s, NODES)
        return (g**2 @ WEIGHTS - (g @ WEIGHTS) ** 2) / S
    weight = -5 - 0.5 * (m + s * NODES) ** 2 + 0.5 * NODES**2 + np.log(s)
    pairs = np.outer(WEIGHTS, WEIGHTS)
    found = []
    for score in (NODES / s, (NODES**2 - 1) / s):
        # the estimate is the mean over pairs i != j of kernel(i, j): Hoeffding's formula for its variance
        kernel = 0.5 * np.subtract.outer(score, score) * np.subtract.outer(weight, weight)
        mean = (pairs * kernel).sum()
        one = WEIGHTS @ (kernel @ WEIGHTS) ** 2 - mean**2
        two = (pairs * kernel**2).sum() - mean**2
        found.append(2 / (S * (S - 1)) * (2 * (S - 2) * one + two))
    return np.array(found)


# ------------------------------------------------------------------ what is shown


class Figure:
    """The figure on an open page."""

    START = {"m": 2.0, "s": 1.0, "draws": 10}
    NUMBERS = [2, 3, 5, 10, 20, 50, 100]

    def __init__(self, page):
        self.page, self.root = page, page.locator(".mtg-figure[data-figure=noise]")

    def slider(self, label):
        return self.root.get_by_label(label, exact=True)

    def setting(self):
        return [float(self.slider(label).get_attribute("aria-valuetext")) for label in ("m", "s", "draws")]

    def set(self, **wanted):
        """Move sliders as a reader would who knows the place: each sends its input event."""
        for label, value in wanted.items():
            low, step = {"m": (-3, 0.1), "s": (0.3, 0.1), "draws": (0, 1)}[label]
            place = self.NUMBERS.index(value) if label == "draws" else round((value - low) / step)
            self.slider(label).evaluate(
                "(input, place) => { input.value = place; input.dispatchEvent(new Event('input')); }", place)

    def choose(self, name):
        self.root.get_by_label(NAMES[name], exact=True).check()

    def press(self, button):
        self.root.get_by_role("button", name=button, exact=True).click()

    def text(self, cell):
        return self.root.locator(f'[data-cell="{cell}"]').inner_text().replace("−", "-")

    def number(self, cell):
        mantissa, _, power = self.text(cell).partition(" × 10")
        raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
        return float(mantissa) * 10.0 ** int((power or "⁰").translate(raised))

    def agrees(self, name):
        """Check every number of the estimator that is shown: its exact values, and a cloud that fits them."""
        m, s, S = self.setting()
        for other in NAMES:
            assert self.text(f"{other}.note") == ("shown" if other == name else "")
            for row, variance in zip("ms", exact_variance(other, m, s, S)):
                assert self.number(f"{other}.{row}") == pytest.approx(variance, rel=0.006, abs=1e-11)
        for row, gradient, variance in zip("ms", exact(m, s), exact_variance(name, m, s, S)):
            assert self.number(f"{row}.exact") == pytest.approx(gradient, abs=0.51e-3)
            assert abs(self.number(f"{row}.mean") - gradient) < 4.5 * np.sqrt(variance / 200) + 1e-3
            assert self.number(f"{row}.measured") == pytest.approx(variance, rel=1.2, abs=1e-11)


@pytest.fixture(scope="module")
def desktop(browser, site):
    """The figure on a desktop, opened from disk."""
    with opened(browser, site / "sgvb.html") as page:
        yield Figure(page)


@pytest.fixture
def figure(desktop):
    """The figure as a reader finds it."""
    desktop.set(**Figure.START)
    desktop.choose("score")
    desktop.root.get_by_label("Zoom to the cloud").uncheck()
    return desktop


# ------------------------------------------------------------------ numbers


def test_the_four_estimators_have_one_mean():
    for m, s in [(2.0, 1.0), (-1.3, 0.4), (0.0, 1.0), (0.5, 1.9)]:
        for name in NAMES:
            assert single(name, m, s, NODES) @ WEIGHTS == pytest.approx(exact(m, s), abs=1e-9)


def test_it_opens_far_from_the_optimum_with_the_noisiest(figure):
    figure.agrees("score")
    assert figure.number("score.m") > 10 * figure.number("path.m")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("setting", [
    {}, {"m": -3, "s": 2, "draws": 100}, {"m": 3, "s": 0.3, "draws": 50}, {"m": 0.7, "s": 1.4, "draws": 2},
])
def test_every_number_is_right(figure, name, setting):
    figure.set(**setting)
    figure.choose(name)
    figure.agrees(name)


def test_at_the_optimum_the_path_derivative_has_no_noise(figure):
    figure.press("To the optimum")
    figure.choose("landing")
    figure.agrees("landing")
    assert figure.text("landing.m") == figure.text("landing.s") == figure.text("m.measured") == "0"
    assert "no noise at all" in figure.text("note")
    assert figure.number("score.m") == pytest.approx(25 / 10)   # every draw weighs log p(x) = -5
    assert figure.text("control.m") == "0"


def test_for_a_narrow_q_the_path_derivative_is_the_noisier(figure):
    figure.press("Narrow q")
    figure.choose("landing")
    figure.agrees("landing")
    assert figure.number("landing.m") > figure.number("path.m")


def test_ten_times_the_draws_give_a_tenth_of_the_variance(figure):
    few = figure.number("score.m")
    figure.set(draws=100)
    assert figure.number("score.m") == pytest.approx(few / 10, rel=0.01)


def test_other_draws_change_the_cloud_and_nothing_that_is_exact(figure):
    before = {cell: figure.text(cell) for cell in ("m.mean", "m.exact", "score.m")}
    figure.press("Other draws")
    figure.agrees("score")
    assert figure.text("m.mean") != before["m.mean"]
    assert (figure.text("m.exact"), figure.text("score.m")) == (before["m.exact"], before["score.m"])


# ------------------------------------------------------------------ the picture


def test_the_dots_shrink_to_the_cross_and_zooming_spreads_them(figure):
    # the cloud is one path of two hundred pieces
    dots = """() => {
        const paths = [...document.querySelectorAll(".mtg-figure[data-figure=noise] .mtg-board path")];
        return paths.find((p) => (p.getAttribute("d") || "").split("M").length > 100).getBBox().width;
    }"""
    wide = figure.page.evaluate(dots)
    figure.choose("path")
    narrow = figure.page.evaluate(dots)
    figure.root.get_by_label("Zoom to the cloud").check()
    zoomed = figure.page.evaluate(dots)
    assert narrow < wide / 3 and zoomed > 3 * narrow


def test_its_colours_follow_the_theme(figure):
    wait_for_theme_colours(figure.page, "noise", ["truth", "q"])


# ------------------------------------------------------------------ keyboard, touch, speech


def test_the_keyboard_does_all_of_it(figure):
    moves = [("m", "ArrowLeft", 0, 1.9), ("s", "Home", 1, 0.3), ("draws", "End", 2, 100)]
    for label, key, place, value in moves:
        figure.slider(label).focus()
        figure.page.keyboard.press(key)
        assert figure.setting()[place] == value
    figure.agrees("score")
    figure.root.get_by_label(NAMES["score"], exact=True).focus()
    figure.page.keyboard.press("ArrowDown")
    figure.agrees("control")
    figure.root.get_by_role("button", name="To the optimum").focus()
    figure.page.keyboard.press("Enter")
    assert figure.setting()[:2] == [0, 1]
    figure.agrees("control")


def test_it_works_by_touch_on_a_phone(browser, site):
    with opened(browser, site / "sgvb.html", **TOUCH) as page:
        figure = Figure(page)
        figure.root.get_by_text(NAMES["path"], exact=True).last.scroll_into_view_if_needed()
        figure.root.get_by_label(NAMES["path"], exact=True).tap()
        figure.agrees("path")
        slider = figure.slider("m")
        box = slider.bounding_box()
        slider.tap(position={"x": 0.25 * box["width"], "y": box["height"] / 2})
        assert figure.setting()[0] < 0
        figure.agrees("path")


def test_it_speaks_the_result(figure):
    figure.choose("landing")
    said = f"Path derivative: variance {figure.text('landing.m')} along m"
    spoken = figure.root.locator("[aria-live=polite]").filter(has_text=said)
    spoken.wait_for(state="attached", timeout=5000)
