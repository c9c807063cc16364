"""The interactive figure of chapter 5: EM on a mixture in two dimensions, half a step at a time. Its numbers
are compared with EM written here in matrices, on SciPy's densities, which the figure does not use."""

from contextlib import ExitStack

import numpy as np
import pytest
from browsing import TOUCH, opened, set_theme
from scipy import special, stats

from varinf.datasets import old_faithful
from varinf.plotting import PALETTE

ERUPTIONS = old_faithful().data[::4]
UNIT, LEAST = np.array([1.1, 13.5]), 0.01
COLOURS = ("prior", "likelihood", "other")                  # of the first three components


# ------------------------------------------------------------------ what is true


def thickened(covariance):
    """No variance below LEAST in any direction, measured in UNIT."""
    values, vectors = np.linalg.eigh(covariance / np.outer(UNIT, UNIT))
    return (vectors * np.maximum(values, LEAST)) @ vectors.T * np.outer(UNIT, UNIT)


class Mixture:
    """EM as the figure should do it: theta is a list of (weight, mean, covariance), r is q."""

    def __init__(self, points=ERUPTIONS, K=3, number=1, hard=False):
        self.x, self.hard = np.array(points, dtype=float), hard
        taken, N = [], len(self.x)
        for k in range(K):
            at = int((number * K + k + 1) * 0.618034 % 1 * N)
            while at in taken and len(taken) < N:
                at = (at + 1) % N
            taken.append(at)
        covariance = thickened(thickened(np.atleast_2d(np.cov(self.x.T, bias=True))) / 4)
        self.theta = [(1 / K, self.x[at], covariance) for at in taken]
        self.e_step()

    def log_joint(self):
        with np.errstate(divide="ignore"):                  # a weight of zero is meant
            columns = [np.log(w) + stats.multivariate_normal(m, S).logpdf(self.x) for w, m, S in self.theta]
        return np.stack([np.broadcast_to(c, len(self.x)) for c in columns], axis=1)

    def e_step(self):
        log_joint = self.log_joint()
        rows = np.eye(len(self.theta))
        self.r = rows[log_joint.argmax(axis=1)] if self.hard else special.softmax(log_joint, axis=1)

    def m_step(self):
        theta = []
        for r, (_, mean, covariance) in zip(self.r.T, self.theta):
            if r.sum() > 0:
                mean = r @ self.x / r.sum()
                covariance = thickened((r[:, None] * (self.x - mean)).T @ (self.x - mean) / r.sum())
            theta.append((r.mean(), mean, covariance))
        self.theta = theta

    def round(self):
        self.e_step()
        self.m_step()

    def evidence(self):
        return special.logsumexp(self.log_joint(), axis=1).sum()

    def bound(self):
        return np.where(self.r > 0, self.r * self.log_joint(), 0).sum() - special.xlogy(self.r, self.r).sum()


# ------------------------------------------------------------------ what is shown


class Figure:
    """The figure on an open page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".mtg-figure[data-figure=mixture_em]")
        self.board = self.root.locator(".mtg-board").first
        self.hard = self.root.get_by_label("hard assignments: each point to one component")

    def text(self, cell):
        return self.root.locator(f"[data-cell='{cell}']").inner_text().replace("\u2212", "-")

    def row(self, name):
        """(bound, gap, log likelihood) for "old" or "new" theta; None if there is none yet."""
        shown = [self.text(f"{name}.{cell}") for cell in ("bound", "gap", "evidence")]
        return None if shown[0] == "–" else tuple(float(value) for value in shown)

    def press(self, button, times=1):
        for _ in range(times):
            self.root.get_by_role("button", name=button, exact=True).click()

    def set_number(self, wanted):
        slider = self.root.get_by_label("number", exact=True)
        slider.focus()
        while (now := int(slider.get_attribute("aria-valuetext"))) != wanted:
            self.page.keyboard.press("ArrowRight" if now < wanted else "ArrowLeft")

    def points(self):
        return int(self.text("count"))

    def place(self, x, y):
        """Where a point in minutes is, relative to the board: as the numbers on its axes say."""
        at = self.board.evaluate("""(node) => {
            const ticks = {};
            for (const text of node.querySelectorAll(".JXGtext")) {
                const it = text.getBoundingClientRect(), box = node.getBoundingClientRect();
                ticks[text.textContent] = [it.x + it.width / 2 - box.x, it.y + it.height / 2 - box.y];
            }
            return ticks;
        }""")
        across = at["2.5"][0] + (x - 2.5) * (at["5.5"][0] - at["2.5"][0]) / 3
        return across, at["60"][1] + (y - 60) * (at["80"][1] - at["60"][1]) / 20

    def click(self, x, y):
        self.board.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
        across, down = self.place(x, y)
        self.board.click(position={"x": float(across), "y": float(down)})

    def agrees(self, mixture, row):
        """The numbers of a row, after a check that they are right to their last digit and add up."""
        bound, gap, evidence = self.row(row)
        assert bound == pytest.approx(mixture.bound(), abs=6e-5)
        assert evidence == pytest.approx(mixture.evidence(), abs=6e-5)
        assert bound + gap == pytest.approx(evidence, abs=1.6e-4)
        return bound, gap, evidence

    def components_agree(self, mixture):
        for k, (weight, mean, covariance) in enumerate(mixture.theta, start=1):
            sds = np.sqrt(np.diag(covariance))
            assert float(self.text(f"kind{k}.weight")) == pytest.approx(weight, abs=6e-5)
            assert self.text(f"kind{k}.lasts") == f"{mean[0]:.3f} ± {sds[0]:.3f}"
            assert self.text(f"kind{k}.wait") == f"{mean[1]:.2f} ± {sds[1]:.2f}"
            assert float(self.text(f"kind{k}.correlation")) == pytest.approx(
                covariance[0, 1] / sds.prod(), abs=6e-4)


@pytest.fixture(scope="module")
def open_figure(browser, site):
    """Opens the page in a browser of one's own choice; nothing may complain until the end."""
    file = site / "variational_em.html"
    with ExitStack() as until_the_end:
        yield lambda **options: Figure(until_the_end.enter_context(opened(browser, file, **options)))


@pytest.fixture(scope="module")
def desktop(open_figure):
    return open_figure()


@pytest.fixture
def figure(desktop):
    """The figure as a reader finds it."""
    desktop.hard.uncheck()
    desktop.set_number(3)
    desktop.press("Old Faithful")
    return desktop


# ------------------------------------------------------------------ numbers


def test_it_starts_with_old_faithful_three_components_and_their_posterior(figure):
    mixture = Mixture()
    assert figure.points() == len(ERUPTIONS)
    assert figure.agrees(mixture, "old")[1] == 0
    assert figure.row("new") is None
    figure.components_agree(mixture)


@pytest.mark.parametrize("hard", [False, True])
def test_half_steps_show_the_chain_and_the_bound_never_falls(figure, hard):
    mixture, before = Mixture(hard=hard), -np.inf
    figure.hard.set_checked(hard)
    for _ in range(4):
        figure.press("E-step")
        mixture.e_step()
        first, gap, evidence = figure.agrees(mixture, "old")
        assert first >= before - 1e-4 and (gap > 0.01 if hard else gap == 0)
        figure.press("M-step")
        assert figure.agrees(mixture, "old") == (first, gap, evidence)
        mixture.m_step()
        before, new_gap, new_evidence = figure.agrees(mixture, "new")
        assert evidence >= first <= before <= new_evidence and new_gap > 0
        figure.components_agree(mixture)
        chain = [float(word) for word in figure.text("chain").split()[::2]]
        assert chain == pytest.approx([evidence, first, before, new_evidence], abs=0.0051)


def test_ten_rounds_are_ten_rounds(figure):
    mixture = Mixture()
    figure.press("Ten rounds of both")
    for _ in range(10):
        mixture.round()
    figure.agrees(mixture, "new")
    figure.components_agree(mixture)


def test_repeating_half_a_step_changes_nothing(figure):
    mixture = Mixture()
    figure.press("M-step", times=2)
    mixture.m_step()
    figure.agrees(mixture, "new")
    assert "Nothing moved" in figure.text("note")
    assert figure.row("old") == figure.row("new")
    figure.press("E-step", times=2)
    mixture.e_step()
    assert figure.agrees(mixture, "old")[1] == 0
    assert "touches" in figure.text("note")


def test_with_hard_assignments_the_likelihood_falls_while_the_bound_rises(figure):
    figure.press("Ten rounds of both", times=5)
    mixture = Mixture()
    for _ in range(50):
        mixture.round()
    figure.hard.check()
    mixture.hard = True
    mixture.e_step()
    bound, _, evidence = figure.agrees(mixture, "old")
    figure.press("M-step")
    mixture.m_step()
    new_bound, _, new_evidence = figure.agrees(mixture, "new")
    assert new_bound > bound + 0.5 and new_evidence < evidence - 0.2
    assert f"the log likelihood FELL by {evidence - new_evidence:.2f}" in figure.text("note")[:-3]


@pytest.mark.parametrize("K", [1, 2, 4])
def test_the_number_of_components_is_the_readers(figure, K):
    figure.set_number(K)
    mixture = Mixture(K=K)
    figure.agrees(mixture, "old")
    figure.press("Ten rounds of both")
    for _ in range(10):
        mixture.round()
    figure.agrees(mixture, "new")
    figure.components_agree(mixture)
    assert figure.root.locator("[data-cell$='.weight']:visible").count() == K


def test_another_start_is_another_start(figure):
    figure.press("Another start")
    figure.agrees(Mixture(number=2), "old")


# ------------------------------------------------------------------ points: mouse, keyboard, touch


def test_a_click_adds_a_point_where_it_falls(figure):
    figure.click(3, 60)
    assert figure.points() == len(ERUPTIONS) + 1
    mixture = Mixture()
    mixture.x = np.vstack([ERUPTIONS, [3, 60]])             # theta stays, the bound is another one
    mixture.e_step()
    figure.agrees(mixture, "old")
    figure.press("Ten rounds of both")
    for _ in range(10):
        mixture.round()
    figure.agrees(mixture, "new")


def test_the_keyboard_adds_and_removes_points(figure):
    press = figure.page.keyboard.press
    for label in ("lasts", "wait"):
        figure.root.get_by_label(label, exact=True).focus()
        press("Home")
        press("ArrowRight")
    figure.root.get_by_role("button", name="Add the point", exact=True).focus()
    press("Enter")
    mixture = Mixture()
    mixture.x = np.vstack([ERUPTIONS, [1.1, 41]])
    mixture.e_step()
    assert figure.points() == len(ERUPTIONS) + 1
    figure.agrees(mixture, "old")
    figure.root.get_by_role("button", name="Remove the last", exact=True).focus()
    press("Enter")
    figure.agrees(Mixture(), "old")


def test_the_points_take_no_stops_of_the_tab_key(figure):
    assert figure.board.locator("[tabindex='0']").count() == 0


def test_a_component_on_one_point_shrinks_to_the_least_width_and_no_further(figure):
    figure.board.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    figure.press("Remove all")
    assert figure.points() == 0 and "Add a point" in figure.text("note")
    assert figure.root.get_by_role("button", name="E-step", exact=True).is_disabled()
    points = [(2, 50), (2.5, 55), (5, 90)]
    for point in points:
        figure.click(*point)
    assert figure.points() == 3
    figure.press("Another start")
    mixture = Mixture(points, number=2)
    figure.agrees(mixture, "old")
    figure.press("Ten rounds of both", times=2)
    for _ in range(20):
        mixture.round()
    figure.agrees(mixture, "new")
    assert "± 0.110" in "".join(figure.text(f"kind{k}.lasts") for k in (1, 2, 3))
    figure.press("Old Faithful")
    figure.agrees(Mixture(), "old")


def test_a_tap_adds_a_point_on_a_phone_and_a_swipe_scrolls(open_figure):
    figure = open_figure(**TOUCH)
    figure.board.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    across, down = figure.place(3, 60)
    figure.board.tap(position={"x": float(across), "y": float(down)})
    assert figure.points() == len(ERUPTIONS) + 1
    box, before = figure.board.bounding_box(), figure.page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    send = figure.page.context.new_cdp_session(figure.page).send
    send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 15 * step}]})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    figure.page.wait_for_function("(before) => scrollY > before + 50", arg=before, timeout=5000)
    assert figure.points() == len(ERUPTIONS) + 1
    figure.root.get_by_role("button", name="M-step", exact=True).tap()
    mixture = Mixture()
    mixture.x = np.vstack([ERUPTIONS, [3, 60]])
    mixture.round()
    figure.agrees(mixture, "new")


# ------------------------------------------------------------------ look


def test_responsibilities_are_colours_which_follow_the_theme(figure):
    figure.hard.check()
    for place, theme in enumerate(("light", "dark")):
        set_theme(figure.page, theme)
        wanted = {tuple(bytes.fromhex(PALETTE[name][place][1:])) for name in COLOURS}
        fills = figure.board.evaluate("""(node) => [...node.querySelectorAll("ellipse, path, rect, polygon")]
            .filter((it) => getComputedStyle(it).fillOpacity > 0.5)
            .map((it) => getComputedStyle(it).fill)""")
        seen = {tuple(round(255 * float(part)) for part in fill[11:-1].split())
                for fill in fills if fill.startswith("color(srgb ")}
        assert wanted <= seen
    set_theme(figure.page, "light")


def test_a_point_between_two_components_has_a_colour_between_theirs(figure):
    r = Mixture().r
    colours = np.array([list(bytes.fromhex(PALETTE[name][0][1:])) for name in COLOURS])
    unsure = r[np.sort(r, axis=1)[:, 1].argmax()]           # the one with the largest second-best
    fills = figure.board.evaluate("""(node) => [...node.querySelectorAll("ellipse, path, rect, polygon")]
        .map((it) => getComputedStyle(it).fill).filter((fill) => fill.startsWith("color(srgb "))""")
    seen = np.array([[255 * float(part) for part in fill[11:-1].split()[:3]] for fill in fills])
    assert np.abs(seen - unsure @ colours).max(axis=1).min() < 1.5


def test_it_speaks_the_result(figure):
    mixture = Mixture()
    figure.press("M-step")
    old = mixture.bound()
    mixture.m_step()
    spoken = figure.root.locator("[aria-live=polite]").filter(
        has_text=f"The bound rose by {mixture.bound() - old:.4f}")
    spoken.wait_for(state="attached", timeout=5000)
