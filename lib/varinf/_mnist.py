"""MNIST's files: the idx format, plain or gzipped, and where to get them."""

import gzip
import hashlib
import urllib.request
import zlib
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

import numpy as np

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")
# SHA-256 of each file's content, not gzipped
_FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class Mnist(NamedTuple):
    """train (60000, 784), test (10000, 784): grey levels 0 to 255, uint8, rows of 28 pixels from the top;
    train_labels (60000,), test_labels (10000,): the digits, uint8.

    Used in chapter 7, "Against the paper of 2014".
    """

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


def read_idx(path):
    """The array in an idx file, plain or gzipped, in the machine's byte order.

    The format, of which MNIST's files are the best known: two zero bytes, a byte for the type, one for the
    number of axes, each axis's length as a big-endian 32-bit integer, then the values, big-endian, last axis
    fastest.

    Raises FileNotFoundError, and ValueError for a file that is not idx, is cut short or has too much.
    Used in chapter 7, "Against the paper of 2014".
    """
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is not a whole gzip file: {error}.") from error
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _TYPES:
        raise ValueError(f"{path} is not an idx file: it starts with {content[:4]!r}.")
    kind, axes = np.dtype(_TYPES[content[2]]), content[3]
    start = 4 + 4 * axes
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist()) if len(content) >= start else None
    expected = None if shape is None else start + kind.itemsize * int(np.prod(shape, dtype=object))
    if len(content) != expected:
        promised = expected or f"at least {start}"
        raise ValueError(f"{path} has {len(content)} bytes; its header promises {promised}.")
    return np.frombuffer(content, kind, offset=start).reshape(shape).astype(kind.newbyteorder("="))


def mnist(folder):
    """The four MNIST files of a folder, as `Mnist`; each may be gzipped (.gz) or not.

    Raises FileNotFoundError for a file that is missing, ValueError for one that is not what it should be.
    Used in chapter 7, "Against the paper of 2014".
    Source: LeCun, Y., Bottou, L., Bengio, Y. and Haffner, P. (1998), "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86. The data do not ship with varinf: `fetch_mnist` gets
    them.
    """
    arrays = []
    for name in _FILES:
        found = [path for path in (Path(folder) / name, Path(folder) / f"{name}.gz") if path.is_file()]
        if not found:
            raise FileNotFoundError(
                f"{name}, or {name}.gz, is not in {folder}: see varinf.datasets.fetch_mnist.")
        array = read_idx(found[0])
        if array.dtype != np.uint8 or array.ndim != (3 if "idx3" in name else 1):
            raise ValueError(f"{found[0]} must hold bytes along {name[-7]} axes; it has shape {array.shape}.")
        arrays.append(array.reshape(len(array), -1) if array.ndim == 3 else array)
    return Mnist(*arrays)


def fetch_mnist(folder, *, mirrors=_MIRRORS):
    """Download MNIST's four files, 11.6 MB, into a folder, which is made if need be; returns it as a Path.

    Needs internet access. A file that is there already, plain or gzipped, is left alone. Each is checked
    against the SHA-256 of its content before it gets its name.

    mirrors : addresses to try in turn, each ending in "/".
    Raises ConnectionError if no mirror delivers a file.
    Used in chapter 7, "Against the paper of 2014".
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, expected in _FILES.items():
        if not any((folder / there).is_file() for there in (name, f"{name}.gz")):
            _fetch(folder / f"{name}.gz", expected, mirrors)
    return folder


def _fetch(path, expected, mirrors):
    problems = []
    for mirror in mirrors:
        try:
            with urllib.request.urlopen(mirror + path.name, timeout=60) as answer:
                content = answer.read()
            if hashlib.sha256(gzip.decompress(content)).hexdigest() != expected:
                raise OSError("the content has another SHA-256")
        except (OSError, EOFError, zlib.error, HTTPException) as error:        # URLError is an OSError
            problems.append(f"{mirror}: {error}")
            continue
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        part.replace(path)
        return
    raise ConnectionError(
        f"{path.name} could not be downloaded ({'; '.join(problems)}). Without internet access, bring the "
        "four files from elsewhere and give their folder to varinf.datasets.mnist.")
