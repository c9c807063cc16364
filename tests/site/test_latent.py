"""The interactive figure of chapter 7: the trained decoder in the page, by mouse, touch, keyboard and buttons.
Its pictures and numbers are compared with the same network in NumPy, whose weights are read off the page."""

import json
import re

import numpy as np
import pytest
from browsing import TOUCH, opened, set_theme, wait_for_theme_colours
from scipy import special, stats

from varinf.datasets import digits
from varinf.plotting import PALETTE
from varinf.vae import binarize


# ------------------------------------------------------------------ what is true


class Model:
    """The decoder, the codes and the real digits that the page carries."""

    def __init__(self, page):
        found = re.search(r'<script type="application/json" id="latent-decoder">(.*?)</script>', page, re.DOTALL)
        self.bytes, carried = len(found[1]), json.loads(found[1])
        weights = (np.array(carried[name]) for name in ("W2", "b2", "W_out", "b_out"))
        self.W2, self.b2, self.W_out, self.b_out = weights
        self.codes = np.array(carried["codes"])
        self.pixels = np.array([[int(pixel) for pixel in digit["pixels"]] for digit in carried["digits"]])
        self.means = np.array([digit["mean"] for digit in carried["digits"]])
        self.sds = np.array([digit["sd"] for digit in carried["digits"]])

    def logits(self, z):
        return np.tanh(np.array(z) @ self.W2 + self.b2) @ self.W_out + self.b_out

    def terms(self, z, digit):
        """log p(x | z), log p(z)."""
        signs = 2 * self.pixels[digit] - 1
        return special.log_expit(signs * self.logits(z)).sum(), stats.norm.logpdf(z).sum()

    def nearest(self, z):
        """Label and distance of the nearest code."""
        distances = np.hypot(*(self.codes[:, :2] - z).T)
        return int(self.codes[distances.argmin(), 2]), distances.min()


@pytest.fixture(scope="module")
def model(site):
    return Model((site / "vae.html").read_text(encoding="utf-8"))


# ------------------------------------------------------------------ what is shown


class Figure:
    """The figure on an open page."""

    def __init__(self, page, model):
        self.page, self.model = page, model
        self.root = page.locator(".mtg-figure[data-figure=latent]")
        self.board = self.root.locator(".mtg-board")

    def slider(self, label):
        return self.root.get_by_label(label, exact=True)

    def z(self):
        return np.array([float(self.slider(label).get_attribute("aria-valuetext")) for label in ("z₁", "z₂")])

    def digit(self):
        return int(self.slider("digit").get_attribute("aria-valuetext"))

    def set(self, **wanted):
        """Move sliders as a reader would who knows the place: each sends its input event."""
        for name, value in wanted.items():
            place = value if name == "digit" else round((value + 3.5) / 0.05)
            self.slider({"z1": "z₁", "z2": "z₂"}.get(name, name)).evaluate(
                "(input, place) => { input.value = place; input.dispatchEvent(new Event('input')); }", place)

    def press(self, button):
        self.root.get_by_role("button", name=button, exact=True).click()

    def text(self, cell):
        return self.root.locator(f'[data-cell="{cell}"]').inner_text().replace("−", "-")

    def ink(self, picture):
        """(64,) how much ink each pixel of a picture has."""
        rows = self.root.locator(f'[data-picture="{picture}"]').evaluate("""(svg) => {
            const numbers = (it) => ["y", "x", "fill-opacity"].map((name) => Number(it.getAttribute(name)));
            return [...svg.querySelectorAll("rect")].map(numbers);
        }""")
        assert [row[:2] for row in rows] == [[y, x] for y in range(8) for x in range(8)]
        return np.array(rows)[:, 2]

    def handle(self):
        """Where the point is on the screen."""
        box = self.board.locator("ellipse:visible").first.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def place(self, z):
        """Where a point of the plane is on the screen, with the figure's own point as the ruler."""
        now, here = self.z(), np.array(self.handle())
        beside = np.where(now < 2, now + 1, now - 1)
        self.set(z1=beside[0], z2=beside[1])
        unit = (np.array(self.handle()) - here) / (self.z() - now)
        self.set(z1=now[0], z2=now[1])
        return tuple(map(float, here + (z - now) * unit))

    def in_view(self):
        self.board.evaluate("(node) => node.scrollIntoView({ block: 'center' })")       # clear of the page's header

    def agrees(self):
        """Check the pictures and every number at the place where the point is."""
        z, digit = self.z(), self.digit()
        assert self.ink("decoded") == pytest.approx(special.expit(self.model.logits(z)), abs=0.6e-6)
        assert (self.ink("real") == self.model.pixels[digit]).all()
        likelihood, prior = self.model.terms(z, digit)
        for cell, value in {"likelihood": likelihood, "prior": prior, "total": likelihood + prior}.items():
            assert float(self.text(cell)) == pytest.approx(value, abs=0.51e-3)
        best = sum(self.model.terms(self.model.means[digit], digit))
        assert [float(self.text(f"yours.{cell}")) for cell in ("z1", "z2")] == pytest.approx(z, abs=1e-9)
        assert float(self.text("yours.joint")) == pytest.approx(likelihood + prior, abs=0.51e-3)
        assert float(self.text("mean.joint")) == pytest.approx(best, abs=0.51e-3)
        for row, values in {"mean": self.model.means, "sd": self.model.sds}.items():
            shown = [float(self.text(f"{row}.{cell}")) for cell in ("z1", "z2")]
            assert shown == pytest.approx(values[digit], abs=0.0051)
        label, distance = self.model.nearest(z)
        note = self.text("note")
        told = re.match(r"The nearest code is of a (\d), ([\d.]+) away\.", note)
        assert float(told[2]) == pytest.approx(distance, abs=0.0051)
        if np.sort(np.hypot(*(self.model.codes[:, :2] - z).T))[1] > distance + 1e-9:
            assert int(told[1]) == label
        above = likelihood + prior - best
        if abs(above) > 0.001:
            word = "better" if above > 0 else "worse"
            assert float(re.search(rf"([\d.]+) nats {word} than", note)[1]) == pytest.approx(abs(above), abs=0.0051)


@pytest.fixture(scope="module")
def on_desktop(browser, site, model):
    with opened(browser, site / "vae.html") as page:
        yield Figure(page, model)


@pytest.fixture
def figure(on_desktop):
    """The figure as a reader finds it."""
    on_desktop.set(z1=-0.8, z2=1, digit=2)
    return on_desktop


# ------------------------------------------------------------------ what the page carries


def test_the_page_carries_a_decoder_of_64_pixels_and_is_not_heavy(model):
    assert model.W2.shape[0] == 2 and model.W_out.shape == (len(model.b2), 64)
    assert model.bytes < 100_000


def test_the_codes_are_of_all_labels_and_the_real_digits_are_real(model):
    assert set(model.codes[:, 2]) == set(range(10)) and len(model.codes) > 250
    scans = digits()
    pixels = binarize(scans.data / 16, threshold=0.5)
    for label, picture in enumerate(model.pixels):
        same = (pixels == picture).all(axis=1)
        assert same.any() and label in scans.labels[same]


def test_at_the_encoders_mean_the_decoder_draws_much_of_the_digit(model):
    for digit, mean in enumerate(model.means):
        other = np.mean([model.terms(model.means[k], digit)[0] for k in range(10) if k != digit])
        assert model.terms(mean, digit)[0] > other + 5


# ------------------------------------------------------------------ pictures and numbers


def test_it_opens_with_a_digit_drawn(figure):
    figure.agrees()
    assert figure.ink("decoded").max() > 0.5 > 0.1 > figure.ink("decoded").min()


@pytest.mark.parametrize("z", [(0, 0), (-1.35, 0.4), (2.15, -0.05), (0.5, -2.9), (3.5, 3.5), (-3.5, 3.5)])
def test_the_decoder_in_the_page_is_the_one_in_numpy(figure, z):
    figure.set(z1=z[0], z2=z[1])
    assert figure.z() == pytest.approx(z)
    figure.agrees()


@pytest.mark.parametrize("digit", range(10))
def test_every_digit_and_its_encoders_mean(figure, digit):
    figure.set(digit=digit)
    figure.agrees()
    figure.press("To the encoder's mean")
    assert figure.z() == pytest.approx(figure.model.means[digit], abs=0.026)
    figure.agrees()


def test_the_buttons_go_to_the_centre_and_far_out(figure):
    figure.press("To the centre")
    assert (figure.z() == 0).all()
    figure.agrees()
    near = float(figure.text("prior"))
    figure.press("Far out")
    assert (figure.z() == [3.5, -3.5]).all()
    figure.agrees()
    assert float(figure.text("prior")) == pytest.approx(near - 3.5**2, abs=1e-3)


# ------------------------------------------------------------------ mouse, keyboard, touch


def test_the_mouse_drags_the_point(figure):
    figure.in_view()
    x, y = figure.handle()
    to = figure.place((1.5, -1))
    mouse = figure.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(*to, steps=8)
    figure.agrees()                                             # on the way, too
    mouse.up()
    assert figure.z() == pytest.approx([1.5, -1], abs=0.1)
    figure.agrees()


def test_a_click_puts_the_point_there(figure):
    figure.in_view()
    figure.page.mouse.click(*figure.place((-1.5, 2)))
    assert figure.z() == pytest.approx([-1.5, 2], abs=0.06)
    assert figure.handle() == pytest.approx(figure.place(figure.z()), abs=1)
    figure.agrees()


def test_the_keyboard_does_all_of_it(figure):
    press = figure.page.keyboard.press
    for label, key, times in [("z₁", "ArrowRight", 3), ("z₂", "ArrowDown", 2), ("digit", "End", 1)]:
        figure.slider(label).focus()
        for _ in range(times):
            press(key)
    assert figure.z() == pytest.approx([-0.65, 0.9]) and figure.digit() == 9
    figure.agrees()
    figure.root.get_by_role("button", name="To the encoder's mean").focus()
    press("Enter")
    assert figure.z() == pytest.approx(figure.model.means[9], abs=0.026)
    figure.agrees()


def test_a_finger_drags_the_point_and_a_swipe_beside_it_scrolls(browser, site, model):
    with opened(browser, site / "vae.html", **TOUCH) as page:
        figure = Figure(page, model)
        figure.in_view()
        send = page.context.new_cdp_session(page).send

        def swipe(start, end):
            send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [dict(zip("xy", start))]})
            # The browser hands on a move when it draws, the last one before the finger lifts perhaps never: a
            # finger that has arrived trembles for a moment.
            for share in [*np.linspace(0.1, 1, 10), 0.999, 1, 0.999, 1, 0.999, 1]:
                x, y = (float(a + share * (b - a)) for a, b in zip(start, end))
                send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
                page.wait_for_timeout(20 if share < 0.99 else 60)
            send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        still = page.evaluate("scrollY")
        swipe(figure.handle(), figure.place((1, -1.5)))
        assert figure.z() == pytest.approx([1, -1.5], abs=0.15)
        assert page.evaluate("scrollY") == still
        figure.agrees()
        page.touchscreen.tap(*figure.place((-2, 0)))
        assert figure.z() == pytest.approx([-2, 0], abs=0.06)
        figure.agrees()
        swipe(figure.place((2.5, 0)), figure.place((2.5, 3)))
        page.wait_for_function("(before) => scrollY < before - 50 || scrollY > before + 50", arg=still, timeout=5000)
        assert figure.z() == pytest.approx([-2, 0], abs=0.06)


# ------------------------------------------------------------------ look


def test_nothing_jumps_while_the_point_moves(figure):
    heights = set()
    for z in [(-0.8, 1), (0, 0), (3.5, -3.5), (1, 2)]:
        figure.set(z1=z[0], z2=z[1])
        heights.add(figure.root.bounding_box()["height"])
    assert len(heights) == 1


def test_its_colours_follow_the_theme(figure):
    wait_for_theme_colours(figure.page, "latent", ["q", "prior", "likelihood", "other", "gap", "muted"])
    for place, theme in enumerate(("light", "dark")):
        set_theme(figure.page, theme)
        fill = figure.root.locator('[data-picture="decoded"] rect').first.evaluate("(it) => getComputedStyle(it).fill")
        assert fill == "rgb({}, {}, {})".format(*bytes.fromhex(PALETTE["ink"][place][1:]))
    set_theme(figure.page, "light")


def test_the_pictures_have_names(figure):
    label = figure.model.nearest(figure.z())[0]
    names = [figure.root.locator(f'[data-picture="{it}"]').get_attribute("aria-label") for it in ("decoded", "real")]
    assert names == [f"Pixel probabilities at your z; the nearest code is of a {label}", "A real digit, a 2"]


def test_it_speaks_the_result(figure):
    figure.press("To the centre")
    said = f"z is 0.00, 0.00; log p(x, z) is {figure.text('total')}".replace("-", "−")
    figure.root.locator("[aria-live=polite]").filter(has_text=said).wait_for(state="attached", timeout=5000)


def test_without_scripts_the_plane_stands_there_as_a_picture(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "vae.html").as_uri())
    assert page.locator("#fig-vae-plane img").is_visible()
    assert "15 by 15 small digits" in page.locator("#fig-vae-plane img").get_attribute("alt")
    context.close()
