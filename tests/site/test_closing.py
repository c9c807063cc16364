"""The moving picture of the landing page: the gap closes. Its numbers are compared with SciPy's optimiser and
quadrature."""

from contextlib import ExitStack

import numpy as np
import pytest
from browsing import TOUCH, opened, set_theme
from scipy import integrate, optimize, stats

from varinf.plotting import PALETTE

X, OFF, WEIGHTS, NOISE_SD, PRIOR_SD = 0.9, np.array([0.0, -3.0]), np.array([0.55, 0.45]), 0.6, 3.0


def log_joint(z):
    return stats.norm.logpdf(z, 0, PRIOR_SD) + np.log(WEIGHTS @ stats.norm.pdf(X, z + OFF, NOISE_SD))


# x is a mixture of two Gaussians, z integrated out in closed form.
LOG_EVIDENCE = np.log(WEIGHTS @ stats.norm.pdf(X, OFF, np.hypot(NOISE_SD, PRIOR_SD)))


def elbo(mean, sd):
    q = stats.norm(mean, sd)
    value, _ = integrate.quad(lambda z: q.pdf(z) * (log_joint(z) - q.logpdf(z)), mean - 9 * sd, mean + 9 * sd,
                              limit=200)
    return value


class Film:
    def __init__(self, page):
        self.page, self.root = page, page.locator(".mtg-figure[data-figure=closing][data-ready]")

    def numbers(self):
        """(ELBO, gap, log evidence), read in one go and found to add up."""
        texts = self.root.evaluate(
            "(root) => ['elbo', 'gap', 'total'].map((name) => root.querySelector(`[data-cell=${name}]`).textContent)")
        bound, gap, total = (float(text.replace("\u2212", "-")) for text in texts)
        assert bound + gap == pytest.approx(total, abs=1.6e-3)
        assert total == pytest.approx(LOG_EVIDENCE, abs=6e-4)
        return bound, gap, total

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def note(self):
        return self.root.locator("[data-cell=note]").inner_text()


@pytest.fixture
def open_film(browser, site):
    with ExitStack() as until_the_end:
        yield lambda **options: Film(until_the_end.enter_context(opened(browser, site / "index.html", **options)))


@pytest.fixture
def film(open_film):
    """For a reader who wants no motion."""
    return open_film()


def test_it_stands_still_at_the_best_gaussian_for_readers_who_want_no_motion(film):
    best = optimize.minimize(lambda theta: -elbo(theta[0], np.exp(theta[1])), [0.5, -0.5], method="Nelder-Mead")
    bound, gap, _ = film.numbers()
    assert bound == pytest.approx(-best.fun, abs=6e-4)
    assert gap > 0.2 and "No Gaussian does better" in film.note()
    film.page.wait_for_timeout(300)
    assert film.numbers()[0] == bound


def test_its_scenes_are_a_poor_q_and_the_posterior(film):
    film.button("A poor q").click()
    assert film.numbers()[0] == pytest.approx(elbo(-1.2, 0.5), abs=6e-4)
    film.button("Any q").click()
    bound, gap, total = film.numbers()
    assert gap == 0 and bound == total


def test_the_bound_never_falls_on_the_way(film):
    film.button("A poor q").click()
    film.button("Play").click()
    seen = [film.numbers()[0]]
    while film.button("Pause").count():
        film.page.wait_for_timeout(120)
        seen.append(film.numbers()[0])
    assert seen == sorted(seen) and len(set(seen)) > 10
    assert film.numbers()[1] == 0 and "q is the posterior" in film.note()


def test_it_plays_by_itself_where_motion_is_welcome_and_pauses_by_keyboard(open_film):
    film = open_film(reduced_motion="no-preference")
    film.root.locator("svg").scroll_into_view_if_needed()
    film.page.wait_for_function("document.querySelector('[data-cell=note]').textContent.startsWith('Move a Gaussian')")
    film.button("Pause").focus()
    film.page.keyboard.press("Space")
    bound = film.numbers()[0]
    film.page.wait_for_timeout(300)
    assert film.numbers()[0] == bound and film.button("Play").count() == 1


def test_its_buttons_work_by_touch_and_speak(open_film):
    film = open_film(**TOUCH)
    film.button("Any q").tap()
    assert film.numbers()[1] == 0
    film.root.locator("[aria-live=polite]").filter(has_text="gap 0.000").wait_for(state="attached", timeout=5000)


def test_its_colours_follow_the_theme(film):
    for place, theme in enumerate(("light", "dark")):
        set_theme(film.page, theme)
        strokes = film.root.locator("svg path").evaluate_all(
            "(paths) => paths.map((path) => getComputedStyle(path).stroke)")
        assert strokes == ["rgb({}, {}, {})".format(*bytes.fromhex(PALETTE[name][place][1:])) for name in ("truth", "q")]


def test_the_landing_page_does_not_load_the_library_of_the_other_figures(film):
    assert film.page.locator("script[src*=jsxgraph]").count() == 0
