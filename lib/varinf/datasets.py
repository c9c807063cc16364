"""Small real data sets that ship with the library. ``data/README.md`` lists where each comes from."""

import io
from importlib.resources import files
from typing import NamedTuple

import numpy as np


class Dataset(NamedTuple):
    """data: float64 array, one row an observation; columns: a name with its unit for each column;
    source: where the numbers were first published; licence: their status."""

    data: np.ndarray
    columns: tuple
    source: str
    licence: str


def _read(name, source, licence):
    text = (files("varinf") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    columns = tuple(text.split("\n", 1)[0].split(","))
    data = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1)
    return Dataset(data, columns, source, licence)


def old_faithful():
    """Old Faithful geyser, Yellowstone: 272 eruptions.

    Returns a Dataset, data (272, 2): duration of an eruption and the waiting time to the next one, both
    in minutes. Durations were recorded in seconds and rounded; multiples of five are too frequent.

    Source: Härdle, W. (1991), Smoothing Techniques with Implementation in S, Springer; the data frame
    `faithful` of R. A longer version is in Azzalini, A. and Bowman, A. W. (1990), "A look at some data on
    the Old Faithful geyser", Applied Statistics 39, 357-365.
    Licence status: measurements, distributed with R (GPL-2 or GPL-3); no separate terms are stated.
    """
    return _read(
        "old_faithful",
        "Härdle (1991), Smoothing Techniques with Implementation in S, Springer; `faithful` in R",
        "measurements, distributed with R (GPL-2 | GPL-3); no separate terms stated",
    )


def stopping_distances():
    """Cars of the 1920s braking to a halt: 50 trials.

    Returns a Dataset, data (50, 2): speed in miles per hour and stopping distance in feet.

    Source: Ezekiel, M. (1930), Methods of Correlation Analysis, Wiley; the data frame `cars` of R.
    Licence status: measurements, distributed with R (GPL-2 or GPL-3); no separate terms are stated.
    """
    return _read(
        "stopping_distances",
        "Ezekiel (1930), Methods of Correlation Analysis, Wiley; `cars` in R",
        "measurements, distributed with R (GPL-2 | GPL-3); no separate terms stated",
    )


def coin_flips():
    """350,757 flips of real coins by 48 people, counted by whether the coin landed as it started.

    Returns a Dataset, data (2, 2) of counts: row 0 ended heads up, row 1 ended tails up; column 0 landed
    on the side it started on, column 1 on the other. `data.sum(axis=0)` is (178078, 172679).

    The people differ, so these counts are not exchangeable flips of one coin; the paper models that.
    Source: Bartoš, F. et al. (2025), "Fair coins tend to land on the same side they started: Evidence
    from 350,757 flips", Journal of the American Statistical Association, doi:10.1080/01621459.2025.2516210
    (arXiv:2310.04153). These are column sums of the counts for each person that the R package metadat
    distributes (`dat.bartos2023`, after version 2 of the preprint). Some texts quote 178,079 flips on
    the same side, one more.
    Licence status: four counts, which are facts; the table they sum is distributed with metadat (GPL >= 2).
    """
    return _read(
        "coin_flips",
        "Bartoš et al. (2025), JASA, arXiv:2310.04153; sums over `dat.bartos2023` in metadat",
        "four counts (facts), summed from a table distributed with metadat (GPL >= 2)",
    )
