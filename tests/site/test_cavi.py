"""The interactive figure of chapter 4: coordinate ascent on a correlated Gaussian, by keyboard, mouse,
touch and buttons. Its numbers are compared with matrices in NumPy, which it does not use."""

import numpy as np
import pytest
from browsing import TOUCH, opened, wait_for_theme_colours

from varinf.distributions import MultivariateNormal, kl


# ------------------------------------------------------------------ what is true


def covariance(rho):
    return np.array([[1.0, rho], [rho, 1.0]])


def log_normaliser(rho):
    """log of the integral of exp(-z'Λz/2)."""
    return 0.5 * np.linalg.slogdet(2 * np.pi * covariance(rho))[1]


def after(steps, rho, mean, sd):
    """Mean and variances of q after so many updates, z1 first: the formulas of the text, with matrices."""
    precision = np.linalg.inv(covariance(rho))
    mean, variance = np.array(mean, dtype=float), np.full(2, sd**2, dtype=float)
    for step in range(steps):
        j, i = step % 2, 1 - step % 2
        mean[j] = -precision[j, i] * mean[i] / precision[j, j]
        variance[j] = 1 / precision[j, j]
    return mean, variance


def gap(rho, mean, variance):
    return float(kl(MultivariateNormal(mean, np.diag(variance)), MultivariateNormal(np.zeros(2), covariance(rho))))


# ------------------------------------------------------------------ what is shown


class Figure:
    """The figure on an open page."""

    START = {"ρ": 0.9, "m₁": 1.0, "m₂": 2.5, "sd": 0.8}
    LOWEST = {"ρ": (-0.99, 0.01), "m₁": (-3, 0.1), "m₂": (-3, 0.1), "sd": (0.1, 0.1)}

    def __init__(self, page):
        self.page, self.root = page, page.locator(".mtg-figure[data-figure=cavi]")

    def slider(self, label):
        return self.root.get_by_label(label, exact=True)

    def setting(self):
        return {label: float(self.slider(label).get_attribute("aria-valuetext")) for label in self.START}

    def set(self, **wanted):
        """Move sliders as a reader would who knows the place: each sends its input event."""
        for label, value in wanted.items():
            low, step = self.LOWEST[label]
            self.slider(label).evaluate(
                "(input, place) => { input.value = place; input.dispatchEvent(new Event('input')); }",
                round((value - low) / step),
            )

    def press(self, button, times=1):
        for _ in range(times):
            self.root.get_by_role("button", name=button, exact=True).click()

    def number(self, cell):
        return float(self.root.locator(f'[data-cell="{cell}"]').inner_text().replace("−", "-"))

    def note(self):
        return self.root.locator("[data-cell=note]").inner_text().replace("−", "-")

    def agrees(self, steps):
        """The ELBO and the gap shown, after a check of every number: right after so many steps from the
        start that the sliders say, and adding up to log Z."""
        start = self.setting()
        mean, variance = after(steps, start["ρ"], (start["m₁"], start["m₂"]), start["sd"])
        for j, row in enumerate(["z1", "z2"]):
            assert self.number(f"{row}.mean") == pytest.approx(mean[j], abs=0.51e-4)
            assert self.number(f"{row}.variance") == pytest.approx(variance[j], abs=0.51e-4)
            assert self.number(f"{row}.conditional") == pytest.approx(1 - start["ρ"] ** 2, abs=0.51e-4)
            assert self.number(f"{row}.marginal") == 1
        elbo, missing, total = self.number("elbo"), self.number("gap"), self.number("total")
        assert missing == pytest.approx(gap(start["ρ"], mean, variance), abs=0.51e-4)
        assert total == pytest.approx(log_normaliser(start["ρ"]), abs=0.51e-4)
        assert elbo == pytest.approx(log_normaliser(start["ρ"]) - gap(start["ρ"], mean, variance), abs=0.51e-4)
        assert abs(elbo + missing - total) < 1.6e-4
        return elbo, missing


@pytest.fixture(scope="module")
def desktop(browser, site):
    """The figure on a desktop, opened from disk."""
    with opened(browser, site / "mean_field.html") as page:
        yield Figure(page)


@pytest.fixture
def figure(desktop):
    """The figure as a reader finds it."""
    desktop.set(**Figure.START)
    return desktop


# ------------------------------------------------------------------ numbers


def test_it_opens_at_a_start_that_has_somewhere_to_go(figure):
    elbo, missing = figure.agrees(0)
    assert missing > 1


@pytest.mark.parametrize("start", [
    {}, {"ρ": -0.99, "m₁": 3, "m₂": 3, "sd": 2}, {"ρ": 0.99, "m₁": 3, "m₂": -3, "sd": 0.1}, {"ρ": 0.5, "m₂": -1.7},
])
def test_every_number_is_right_after_every_step(figure, start):
    figure.set(**start)
    before, _ = figure.agrees(0)
    for steps in range(1, 6):
        figure.press("Step")
        elbo, _ = figure.agrees(steps)
        assert elbo >= before - 1e-9
        before = elbo
        assert f"Step {steps} updated" in figure.note()


def test_without_correlation_two_steps_close_the_gap(figure):
    figure.set(ρ=0)
    figure.press("Step", 2)
    assert figure.agrees(2)[1] == 0


@pytest.mark.parametrize("rho", [-0.8, 0.6, 0.9])
def test_the_means_arrive_and_the_price_of_independence_stays(figure, rho):
    figure.set(ρ=rho)
    figure.press("Ten steps", 12)
    _, missing = figure.agrees(120)
    assert figure.number("z1.mean") == figure.number("z2.mean") == 0
    assert missing == pytest.approx(-0.5 * np.log(1 - rho**2), abs=0.51e-4)
    assert "price of independence" in figure.note()


def test_a_change_of_the_controls_starts_again(figure):
    figure.press("Ten steps")
    figure.press("Back to the start")
    figure.agrees(0)
    figure.press("Step", 3)
    figure.set(ρ=0.3)
    figure.agrees(0)


# ------------------------------------------------------------------ mouse, keyboard, touch


def test_the_mouse_drags_q_to_another_start(figure):
    figure.press("Step", 2)
    board = figure.root.locator(".mtg-board").first
    board.evaluate("(node) => node.scrollIntoView({ block: 'center' })")        # clear of the page's header
    point = board.locator("ellipse:visible").first.bounding_box()
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    mouse = figure.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 90, y + 40, steps=6)
    mouse.up()
    now = figure.setting()
    assert now["m₁"] < 1.5 and now["m₂"] < 1.8 and now["ρ"] == 0.9
    figure.agrees(0)
    figure.press("Step")
    figure.agrees(1)


def test_the_keyboard_does_all_of_it(figure):
    for label, keys, value in [("ρ", "ArrowLeft", 0.89), ("m₁", "ArrowRight", 1.1), ("sd", "Home", 0.1)]:
        figure.slider(label).focus()
        figure.page.keyboard.press(keys)
        assert figure.setting()[label] == value
    figure.agrees(0)
    figure.root.get_by_role("button", name="Step", exact=True).focus()
    figure.page.keyboard.press("Enter")
    figure.page.keyboard.press("Space")
    figure.agrees(2)


def test_it_works_by_touch_on_a_phone(browser, site):
    with opened(browser, site / "mean_field.html", **TOUCH) as page:
        figure = Figure(page)
        figure.root.get_by_role("button", name="Ten steps").tap()
        figure.agrees(10)
        slider = figure.slider("ρ")
        box = slider.bounding_box()
        slider.tap(position={"x": 0.25 * box["width"], "y": box["height"] / 2})
        assert figure.setting()["ρ"] < 0
        figure.agrees(0)


def test_its_colours_follow_the_theme(figure):
    wait_for_theme_colours(figure.page, "cavi", ["truth", "q", "bound"])


def test_it_speaks_the_result(figure):
    figure.press("Step")
    elbo = f"{figure.number('elbo'):.4f}".replace("-", "−")
    figure.root.locator("[aria-live=polite]").filter(has_text=f"ELBO {elbo}").wait_for(state="attached", timeout=5000)
