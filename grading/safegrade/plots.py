"""Plots, drawn sooner in the forks of the warm process and not a byte different.

Drawing plots takes half of the time that a submission has. Three parts of it are done once or left out:

- Parsing the labels of logarithmic axes, with one parser and its cache for all figures of a process.
- A notebook cuts a figure to what is drawn on it. To find out what that is, matplotlib draws it without
  ink, asks every part for its extent, and then draws it. Where asking alone gives the same, and for the usual
  parts of a figure it does, the first of the three is left out.
- Meanwhile it works out the ticks of an axis ten times, and as often how large their labels are. Of a plain
  figure, which nobody can change while it is saved, once is enough as long as size and limits stay.
"""

import sys

PLAIN = {  # these give their extent without having been drawn
    "matplotlib.axes._axes": {"Axes"},
    "matplotlib.axis": {"XAxis", "YAxis"},
    "matplotlib.spines": {"Spine"},
    "matplotlib.lines": {"Line2D", "AxLine"},
    "matplotlib.text": {"Text", "Annotation"},
    "matplotlib.legend": {"Legend"},
    "matplotlib.patches": {"Rectangle", "Polygon", "Circle", "Ellipse", "PathPatch", "StepPatch"},
    "matplotlib.collections": {"FillBetweenPolyCollection", "LineCollection", "PathCollection",
                               "PolyCollection", "QuadMesh"},
    "matplotlib.contour": {"QuadContourSet"},
    "matplotlib.image": {"AxesImage"},
}


def quicken(shell):
    """In the warm process, before it forks; `shell` draws one figure."""
    if "matplotlib.backends.backend_agg" not in sys.modules:
        return
    share_parsed_formulas()
    measure_without_drawing()
    remember_while_saving()
    shell.run("import matplotlib.pyplot as p\np.loglog([1e-8, 1e8], [1e-8, 1e8])\np.show()\ndel p", 0)
    shell.take()


def share_parsed_formulas():
    agg = sys.modules["matplotlib.backends.backend_agg"]
    renderer = agg.RendererAgg(1, 1, 72)
    if not hasattr(renderer, "mathtext_parser"):  # another release of matplotlib
        return
    parser, make = renderer.mathtext_parser, agg.RendererAgg.__init__

    def make_with_parser(self, *arguments, **named):
        make(self, *arguments, **named)
        self.mathtext_parser = parser

    agg.RendererAgg.__init__ = make_with_parser


def measure_without_drawing():
    from matplotlib.figure import Figure

    draw = Figure.draw

    def draw_with_ink(self, renderer):
        # while a figure is saved, its draw without ink has replaced the renderer's methods by nothing
        if "draw_text" in vars(renderer) and self.canvas.is_saving() and is_plain(self):
            return
        draw(self, renderer)

    Figure.draw = draw_with_ink


def remember_while_saving():
    from matplotlib import text
    from matplotlib.axis import Axis
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.backends.backend_agg import RendererAgg

    save = FigureCanvasBase.print_figure
    try:
        ticks_of, boxes_of = Axis._update_ticks, Axis._get_ticklabel_bboxes
        metrics_with = text._get_text_metrics_function
    except AttributeError:  # another release of matplotlib
        return
    known = None  # while a plain figure is saved, {what: (under which circumstances, the result)}

    def remembered(what, circumstances, find):
        if known is None:
            return find()
        if known.get(what, (None,))[0] != circumstances:
            known[what] = circumstances, find()
        return known[what][1]

    def print_figure(self, *arguments, **named):
        nonlocal known
        before, known = known, {} if is_plain(self.figure) else None
        try:
            return save(self, *arguments, **named)
        finally:
            known = before

    def ticks(self):
        box, dpi = self.axes.bbox, self.get_figure(root=True).dpi
        now = (*self.get_view_interval(), box.width, box.height, dpi)
        return remembered(("ticks", self), now, lambda: ticks_of(self))

    def boxes(self, ticks, renderer):
        now = (ticks, renderer, self.axes.bbox.bounds, self.get_figure(root=True).dpi)
        first, second = remembered(("boxes", self), now, lambda: boxes_of(self, ticks, renderer))
        return [*first], [*second]

    def metrics(renderer):
        if known is None or type(renderer) is not RendererAgg:
            return metrics_with(renderer)
        # the figure that is measured and the one that is drawn have a renderer each, with the same letters
        return remembered("metrics", renderer.dpi, lambda: (renderer, metrics_with(renderer)))[1]

    FigureCanvasBase.print_figure = print_figure
    Axis._update_ticks, Axis._get_ticklabel_bboxes = ticks, boxes
    text._get_text_metrics_function = metrics


def is_plain(figure):
    """Whether a figure has only parts whose extents are known without drawing them."""
    from matplotlib.layout_engine import PlaceHolderLayoutEngine  # what tight_layout() leaves: it does nothing

    layout = type(figure.get_layout_engine()) in (type(None), PlaceHolderLayoutEngine)
    if (not layout or figure.canvas.callbacks.callbacks.get("draw_event")
            or figure.subfigs or figure.artists):
        return False
    return all(
        _is_plain_part(part)
        for axes in (figure, *figure.axes) for part in axes.get_children() if part is not figure.patch)


def _is_plain_part(part):
    kind = type(part)
    if kind.__name__ not in PLAIN.get(kind.__module__, ()) or part.get_agg_filter() is not None:
        return False
    match kind.__name__:
        case "XAxis" | "YAxis":  # another formatter may be the student's, and call it as often as it draws
            levels = (part.major, part.minor)
            return all(_is_matplotlibs(level.locator) and _is_matplotlibs(level.formatter) for level in levels)
        case "Text" | "Annotation":  # a frame around it takes its place when it is drawn
            return part.get_bbox_patch() is None and not part.get_wrap()
        case "Legend":
            return getattr(part, "_mode", "expand") != "expand"
        case "Axes":
            return part.get_axes_locator() is None and not part.child_axes
    return True


def _is_matplotlibs(thing):
    kind = type(thing)
    return kind.__module__ in ("matplotlib.ticker", "matplotlib.category", "matplotlib.dates") and not (
        kind.__name__.startswith("Func"))
