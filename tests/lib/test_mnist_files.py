"""idx files are read as they were written; downloads are checked. The files here are small, made by the
test."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from varinf import _mnist, datasets

pytestmark = pytest.mark.filterwarnings("error")

CODES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def idx(array, kind="u1"):
    """The bytes of an idx file, from the description of the format."""
    header = bytes([0, 0, CODES[kind], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(kind).tobytes()


def small():
    """Contents of four files like MNIST's: 5 and 3 images of 28 x 28."""
    rng = np.random.default_rng(0)
    arrays = {}
    for name in _mnist._FILES:
        shape = (5 if "train" in name else 3, 28, 28)
        images = "idx3" in name
        arrays[name] = rng.integers(0, 256, shape) if images else rng.integers(0, 10, shape[:1])
    return arrays


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_an_idx_file_gives_back_its_array(tmp_path, kind, pack):
    array = np.arange(-60, 60).reshape(2, 3, 4, 5).astype(kind)
    (tmp_path / "a").write_bytes(pack(idx(array, kind)))
    got = datasets.read_idx(tmp_path / "a")
    np.testing.assert_array_equal(got, array)
    assert got.dtype == np.dtype(kind).newbyteorder("=") and got.flags.writeable


@pytest.mark.parametrize("content, message", [
    (b"", "not an idx file"),
    (b"\x89PNG", "not an idx file"),
    (b"\0\0\x07\x01\0\0\0\x01a", "not an idx file"),
    (b"\0\0\x08\x03\0\0", "promises at least 16"),
    (idx(np.zeros((2, 3)))[:-1], "has 17 bytes; its header promises 18"),
    (idx(np.zeros((2, 3))) + b"x", "has 19 bytes; its header promises 18"),
    (b"\0\0\x08\x03" + b"\xff" * 12, "promises 79228162458924105385300197391"),
    (gzip.compress(idx(np.zeros((2, 3))))[:-9], "not a whole gzip file"),
], ids=["empty", "a picture", "unknown type", "short header", "short", "long", "enormous", "half a gzip file"])
def test_a_file_that_is_not_idx_is_refused(tmp_path, content, message):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        datasets.read_idx(tmp_path / "a")


def test_mnist_takes_plain_and_gzipped_files_and_makes_rows_of_pixels(tmp_path):
    arrays = small()
    for i, (name, array) in enumerate(arrays.items()):
        path, pack = (tmp_path / name, bytes) if i % 2 else (tmp_path / f"{name}.gz", gzip.compress)
        path.write_bytes(pack(idx(array)))
    got = datasets.mnist(tmp_path)
    assert got.train.shape == (5, 784) and got.test.shape == (3, 784) and got.train.dtype == np.uint8
    for part, array in zip(got, arrays.values()):
        np.testing.assert_array_equal(part.ravel(), array.ravel())


def test_a_missing_file_is_named_with_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte, or .*gz, is not in .*fetch_mnist"):
        datasets.mnist(tmp_path)


def test_labels_in_the_place_of_images_are_refused(tmp_path):
    for name in _mnist._FILES:
        (tmp_path / name).write_bytes(idx(np.arange(5)))
    with pytest.raises(ValueError, match="train-images-idx3-ubyte must hold bytes along 3 axes"):
        datasets.mnist(tmp_path)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A folder that serves small files, and their checksums in place of MNIST's."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    contents = {name: idx(array) for name, array in small().items()}
    for name, content in contents.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    monkeypatch.setattr(
        _mnist, "_FILES", {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()})
    return folder


def test_fetching_takes_what_is_missing_from_the_first_mirror_that_has_it(tmp_path, mirror):
    nowhere = (tmp_path / "nowhere").as_uri() + "/"
    folder = datasets.fetch_mnist(tmp_path / "a" / "b", mirrors=(nowhere, mirror.as_uri() + "/"))
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.gz" for name in _mnist._FILES)
    np.testing.assert_array_equal(datasets.mnist(folder).train_labels, small()["train-labels-idx1-ubyte"])
    datasets.fetch_mnist(folder, mirrors=(nowhere,))            # nothing is missing: nothing is asked for


def test_a_download_with_another_checksum_is_not_kept(tmp_path, mirror):
    changed = mirror / "train-labels-idx1-ubyte.gz"
    changed.write_bytes(gzip.compress(idx(np.arange(5))))
    with pytest.raises(ConnectionError, match="train-labels-idx1-ubyte.gz .* another SHA-256"):
        datasets.fetch_mnist(tmp_path / "a", mirrors=(mirror.as_uri() + "/",))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["train-images-idx3-ubyte.gz"]


def test_without_a_network_the_error_says_what_to_do(tmp_path):
    with pytest.raises(ConnectionError, match="could not be downloaded .*mirror.invalid.* bring the four"):
        datasets.fetch_mnist(tmp_path, mirrors=("http://mirror.invalid/",))
    assert not list(tmp_path.iterdir())
