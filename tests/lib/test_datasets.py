"""The packaged data are what their sources say."""

import csv
from importlib.resources import files

import numpy as np
import pytest

from varinf import datasets

pytestmark = pytest.mark.filterwarnings("error")

ALL = {"old_faithful": (272, 2), "stopping_distances": (50, 2), "coin_flips": (2, 2)}
FOLDER = files("varinf") / "data"


@pytest.mark.parametrize("name", ALL)
def test_data_are_finite_floats_of_the_stated_shape(name):
    dataset = getattr(datasets, name)()
    assert dataset.data.shape == ALL[name] and dataset.data.dtype == np.float64
    assert np.isfinite(dataset.data).all() and (dataset.data > 0).all()
    assert len(dataset.columns) == dataset.data.shape[1]


@pytest.mark.parametrize("name", ALL)
def test_data_are_the_file_row_by_row(name):
    dataset = getattr(datasets, name)()
    header, *rows = csv.reader((FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines())
    assert dataset.columns == tuple(header)
    assert dataset.data.tolist() == [[float(value) for value in row] for row in rows]


@pytest.mark.parametrize("name", ALL)
def test_source_and_licence_are_stated_in_code_docstring_and_readme(name):
    function, readme = getattr(datasets, name), (FOLDER / "README.md").read_text(encoding="utf-8")
    dataset = function()
    author = dataset.source.split()[0]
    assert author in function.__doc__ and author in readme
    assert dataset.licence and "Licence" in function.__doc__ and f"`{name}.csv`" in readme


def test_every_data_file_has_a_function():
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {f"{name}.csv" for name in ALL} | {"README.md"}


@pytest.mark.parametrize("name", ALL)
def test_changing_the_returned_array_changes_no_later_call(name):
    function = getattr(datasets, name)
    first = function().data
    first[:] = 0
    assert (function().data > 0).all()


def test_old_faithful_has_the_summary_of_r():
    """R 4: summary(faithful), printed to four digits; sd and cor computed there."""
    eruption, waiting = datasets.old_faithful().data.T
    five = [0, 25, 50, 75, 100]
    assert np.percentile(eruption, five) == pytest.approx([1.6, 2.163, 4.0, 4.454, 5.1], abs=5e-4)
    assert np.percentile(waiting, five).tolist() == [43, 58, 76, 82, 96]
    assert (eruption.mean(), waiting.mean()) == pytest.approx((3.488, 70.90), abs=5e-3)
    assert np.corrcoef(eruption, waiting)[0, 1] == pytest.approx(0.9008112, abs=5e-8)


def test_stopping_distances_have_the_regression_of_r():
    """R 4: summary(cars); coefficients of lm(dist ~ speed), -17.5791 and 3.9324."""
    speed, distance = datasets.stopping_distances().data.T
    assert np.percentile(speed, [0, 25, 50, 75, 100]).tolist() == [4, 12, 15, 19, 25]
    assert np.percentile(distance, [0, 25, 50, 75, 100]).tolist() == [2, 26, 36, 56, 120]
    assert np.polyfit(speed, distance, 1) == pytest.approx([3.9324, -17.5791], abs=5e-5)


def test_coin_flips_add_up_to_the_title_and_the_abstract_of_the_paper():
    counts = datasets.coin_flips().data
    same, other = counts.sum(axis=0)
    heads = counts[0].sum()
    assert (same, other, same + other) == (178_078, 172_679, 350_757)
    assert round(same / 350_757, 3) == 0.508
    assert round(heads / 350_757, 3) == 0.500
