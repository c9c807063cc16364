"""The book's figures: one palette, one style, and the parts that several figures share.

Every object keeps its colour all through the book: the truth, the approximation q, the bound,
the gap, the prior, the likelihood. The palette is Okabe and Ito's, which readers with the common
forms of colour blindness can tell apart, with a lighter variant of each colour for dark pages.
"""

from html import escape

# object: (on light paper, on dark paper)
PALETTE = {
    "ink": ("#1c1e21", "#e4e6e8"),
    "muted": ("#5f666d", "#a5adb5"),
    "grid": ("#d9dcdf", "#3a3f45"),
    "paper": ("#ffffff", "#14181e"),
    "truth": ("#000000", "#f5f5f5"),
    "q": ("#c44e00", "#ff8a3d"),
    "bound": ("#0072b2", "#56b4e9"),
    "gap": ("#a8407f", "#e08fc0"),
    "prior": ("#6a5acd", "#a99bf5"),
    "likelihood": ("#00795a", "#2fc79b"),
    "other": ("#8a6d00", "#e3c23c"),
}
INK, MUTED, GRID, PAPER, TRUTH, Q, BOUND, GAP, PRIOR, LIKELIHOOD, OTHER = (
    light for light, _ in PALETTE.values()
)


def use_style():
    """Set the book's figure style. In a notebook, figures become SVG from here on: sharp at any
    size, and the page can swap the palette's colours when the reader chooses a dark theme."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update({
        "figure.figsize": (7.0, 3.6),
        "figure.constrained_layout.use": True,
        "figure.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "svg.hashsalt": "mind-the-gap",     # the same figure gives the same bytes
        "axes.facecolor": PAPER,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.labelsize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.prop_cycle": cycler(color=[BOUND, Q, LIKELIHOOD, GAP, PRIOR, OTHER]),
        "grid.color": GRID,
        "grid.linewidth": 0.7,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "lines.linewidth": 2.0,
    })
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    set_matplotlib_formats("svg", metadata={"Date": None})


class Table:
    """A table that a notebook shows as one: `columns` maps headings to equally long columns, and
    `formats` maps a heading to a format such as ".3f" (text and whole numbers need none)."""

    def __init__(self, columns, formats=None):
        formats = formats or {}
        columns = {name: list(column) for name, column in columns.items()}
        self.headings = list(columns)
        self.is_text = [all(isinstance(value, str) for value in column) for column in columns.values()]
        cells = [[format(value, formats.get(name, "")) for value in column] for name, column in columns.items()]
        self.rows = list(zip(*cells, strict=True))

    def _repr_html_(self):
        sides = ["text-left" if text else "text-right" for text in self.is_text]

        def line(tags, cells):
            return "<tr>" + "".join(
                f'<{tag} class="{side}">{escape(cell)}</{tag.split()[0]}>'
                for tag, side, cell in zip(tags, sides, cells)) + "</tr>"

        # A first column without a heading names its rows. An empty heading would be read out as one.
        names_rows = self.headings[0] == "" and self.is_text[0]
        head = line(['th scope="col"' if heading else "td" for heading in self.headings], self.headings)
        tags = ['th scope="row"' if names_rows else "td"] + ["td"] * (len(self.headings) - 1)
        body = "\n".join(line(tags, row) for row in self.rows)
        # On a narrow screen a wide table scrolls in its own box, which the keyboard can reach.
        return (f'<div class="pst-scrollable-table-container" tabindex="0" role="group" aria-label="Table">\n'
                f'<table class="table dataframe">\n<thead>{head}</thead>\n'
                f"<tbody>\n{body}\n</tbody>\n</table>\n</div>")

    def __repr__(self):
        lines = [self.headings, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(line, widths)) for line in lines)
