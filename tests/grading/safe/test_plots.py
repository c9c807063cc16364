"""A plot of the warm process is the same picture as anybody else's, to the last byte."""

import collections
import io

import numpy as np
import pytest
from matplotlib import text
from matplotlib.axis import Axis
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from safegrade import plots

X = np.linspace(0.1, 5, 40)


def line(figure):
    axes = figure.add_subplot(title="a title", xlabel="x", ylabel="y")
    axes.plot(X, np.sin(X), label="sin")
    axes.plot(X, np.cos(X), "o--", label="cos")
    axes.legend()


def logarithmic(figure):
    figure.add_subplot(xlabel="N").loglog(X, X**3, label="cubed")
    figure.axes[0].legend(loc="center left", bbox_to_anchor=(1, 0.5))


def offset(figure):
    figure.add_subplot(title="far from zero").plot(X, 1e9 + X)


def histogram(figure):
    figure.add_subplot(xlim=(-2, 2)).hist(np.random.default_rng(3).normal(size=500), bins=30, density=True, alpha=0.4)


def panels(figure):
    for place, axes in enumerate(figure.subplots(2, 3, sharex=True, sharey="row").flat):
        axes.scatter(X, X ** (place + 1), s=5)
        axes.set_title(f"power {place + 1}", loc="left")
    figure.suptitle("powers")
    figure.supxlabel("x")


def twins(figure):
    axes = figure.add_subplot()
    axes.plot(X, X)
    other = axes.twinx()
    other.semilogy(X, np.exp(X), color="red")
    other.set_ylabel("exp")
    axes.twiny().set_xlabel("above")


def picture(figure):
    axes = figure.add_subplot()
    shown = axes.imshow(np.random.default_rng(3).normal(size=(9, 14)), origin="lower")
    figure.colorbar(shown, ax=axes)


def square(figure):
    axes = figure.add_subplot(aspect="equal")
    axes.contour(X, X, np.hypot(*np.meshgrid(X, X)))
    axes.fill_between(X, 0, X, alpha=0.2)
    axes.axhline(2, ls=":")
    axes.axvspan(1, 2, alpha=0.1)


def filled(figure):
    shown = figure.add_subplot().contourf(X, X, np.hypot(*np.meshgrid(X, X)))
    figure.colorbar(shown, label=r"$\sqrt{x^2 + y^2}$")


def bars(figure):
    axes = figure.add_subplot()
    axes.bar(["one", "two", "three"], [1, 2, 3], yerr=0.2)
    axes.tick_params(axis="x", rotation=60)
    axes.bar_label(axes.containers[1])


def notes(figure):
    axes = figure.add_subplot()
    axes.plot(X, X)
    axes.annotate("here", (1, 1), (2, 6), arrowprops={"arrowstyle": "->"})
    axes.text(6, 3, r"outside: $\mathrm{KL}(q \,\|\, p)$")
    axes.step(X, 5 - X)
    axes.stem([1, 2], [3, 4])


def above(figure):
    axes = figure.add_subplot(title="under the ticks")
    axes.plot(X, X)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("above")


def bare(figure):
    axes = figure.add_subplot()
    axes.plot(X, X)
    axes.set_axis_off()


def rotated(figure):
    axes = figure.subplots(1, 2)
    for each in axes:
        each.plot(X, 1e4 * X)
        each.set_ylabel("a label")
        each.set_xscale("symlog")
    figure.align_labels()


def moved_apart(figure):
    panels(figure)
    figure.tight_layout()


ALONE = [line, moved_apart, logarithmic, offset, histogram, panels, twins, square, bars, notes, above, bare, rotated]


def laid_out(figure):
    figure.set_layout_engine("constrained")
    panels(figure)


def tight(figure):
    figure.set_layout_engine("tight")
    panels(figure)


def solid(figure):
    figure.add_subplot(projection="3d").plot(X, X, X)


def round_(figure):
    figure.add_subplot(projection="polar").plot(X, X)


def framed(figure):
    figure.add_subplot().text(0.5, 1.1, "in a box", bbox={"boxstyle": "round"})


def wrapped(figure):
    figure.text(0.7, 1.0, "words and words and words", wrap=True)
    figure.add_subplot()


def inset(figure):
    figure.add_subplot().inset_axes([0.9, 0.9, 0.3, 0.3]).plot(X, X)


def second_axis(figure):
    figure.add_subplot().secondary_yaxis("right", functions=(np.square, np.sqrt))


def table(figure):
    figure.add_subplot().table([["1", "2"]], loc="top")


def arrows(figure):
    figure.add_subplot().quiver([1, 2], [1, 2], [3, 1], [0, 1])


def wide_legend(figure):
    axes = figure.add_subplot()
    axes.plot(X, X, label="a")
    axes.legend(bbox_to_anchor=(0, 1.02, 1.4, 0.2), mode="expand")


def own_formatter(figure):
    figure.add_subplot().xaxis.set_major_formatter(lambda value, place: f"<{value:.2f}>")


def nested(figure):
    line(figure.subfigures(1, 2)[0])


TWICE = [laid_out, tight, solid, round_, framed, wrapped, inset, second_axis, table, arrows, wide_legend,
         own_formatter, nested, picture, filled]


def saved(draw, dpi=72):
    figure = Figure(dpi=dpi)
    draw(figure)
    return figure, saved_again(figure)


def saved_again(figure):
    file = io.BytesIO()
    figure.canvas.print_figure(file, format="png", bbox_inches="tight", dpi=figure.dpi)
    return file.getvalue()


@pytest.fixture
def warm(monkeypatch):
    """Call it to have the ways of the warm process, until the end of the test."""
    for owner, name in [(Figure, "draw"), (RendererAgg, "__init__"), (FigureCanvasBase, "print_figure"),
                        (Axis, "_update_ticks"), (Axis, "_get_ticklabel_bboxes"),
                        (text, "_get_text_metrics_function")]:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # noted, to be given back

    def warm_up():
        plots.share_parsed_formulas()
        plots.measure_without_drawing()
        plots.remember_while_saving()

    return warm_up


@pytest.fixture
def drawings(monkeypatch, warm):
    """The figures that are drawn, once for each time; with the warm process's ways."""
    drawn = []
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: (drawn.append(self), draw(self, renderer))[1])
    warm()
    return drawn


@pytest.mark.parametrize("dpi", [72, 150])
@pytest.mark.parametrize("draw", ALONE + TWICE, ids=lambda draw: draw.__name__)
def test_same_picture(draw, dpi, warm):
    expected = saved(draw, dpi)[1]
    warm()
    assert saved(draw, dpi)[1] == expected


@pytest.mark.parametrize("draw", ALONE + TWICE, ids=lambda draw: draw.__name__)
def test_drawn_twice_only_where_it_has_to_be(draw, drawings):
    figure, _ = saved(draw)
    assert drawings == [figure] * (1 if draw in ALONE else 2)


def test_ticks_are_worked_out_once_a_picture(monkeypatch, warm):
    worked_out = collections.Counter()
    update = Axis._update_ticks
    monkeypatch.setattr(Axis, "_update_ticks", lambda self: (worked_out.update([self]), update(self))[1])
    warm()
    figure, _ = saved(line)
    axes = figure.axes[0]
    assert set(worked_out) == {axes.xaxis, axes.yaxis}
    assert max(worked_out.values()) <= 2  # the same size is not always the same number after cutting


def test_a_figure_that_is_changed_and_saved_again_is_seen_to_change(warm):
    def change(figure):
        figure.axes[0].set(xlim=(-100, 1e4), title="another")
        figure.axes[0].tick_params(labelsize=20)

    def changed(figure):
        line(figure)
        change(figure)

    expected = [saved(line)[1], saved(changed)[1]]
    warm()
    figure, before = saved(line)
    change(figure)
    assert [before, saved_again(figure)] == expected


def test_who_draws_without_saving_gets_it(drawings):
    """Labels exist after it, which a student may look at."""
    figure = Figure()
    line(figure)
    figure.draw_without_rendering()
    assert drawings == [figure]
    assert figure.axes[0].get_xticklabels()[1].get_text()


def test_who_waits_for_a_drawing_hears_of_both(drawings):
    heard = []

    def draw(figure):
        line(figure)
        figure.canvas.mpl_connect("draw_event", heard.append)

    saved(draw)
    assert len(heard) == 2
