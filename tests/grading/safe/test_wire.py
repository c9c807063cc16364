"""What crosses the wire arrives as it was; what may not cross says so; hostile bytes do no harm."""

import struct
import tracemalloc
from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safegrade import wire
from safegrade.wire import Handle, WireError, decode, encode

DTYPES = st.sampled_from("? i1 i8 u2 f2 f4 f8 c8 c16 U3 S5 >f8 >i4 >U2".split())
arrays = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)))
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**2000), 2**2000), st.floats(),
    st.complex_numbers(), st.text(st.characters()), st.binary(), arrays,
    st.sampled_from(["f8", "i4", "?", "c8"]).flatmap(lambda d: hnp.from_dtype(np.dtype(d))),
)
keys = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(keys, inner)),
    max_leaves=20,
)


def same(a, b):
    """Equal in type, dtype, shape and every bit."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        native = a.dtype.newbyteorder("=")
        return b.dtype == native and a.shape == b.shape and a.astype(native).tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(same(k, l) and same(a[k], b[l]) for k, l in zip(a, b))
    if isinstance(a, (float, complex)):
        return repr(a) == repr(b)
    return a == b


@given(values)
def test_plain_data_arrives_as_it_was(value):
    assert same(value, decode(encode(value)))


@given(st.binary(max_size=300))
@example(b"l" + struct.pack("<I", 2**32 - 1))
@example(b"a\x02f8\x02" + struct.pack("<QQ", 0, 2**63))
@example(b"a\x02f8\x02" + struct.pack("<QQ", 2**33, 2**33))
@example(b"a\x05U9999\x00")
@example(b"i" + struct.pack("<I", 2**31))
@example(b"d\x01\x00\x00\x00l\x00\x00\x00\x00N")
@example(b"g\x02b1\x07")
@example(b"g\x02U1\xff\xff\xff\x7f")
@example(b"rN")
@example(b"h\x00\x00\x00\x00")
def test_any_bytes_decode_to_plain_data_or_a_wire_error(data):
    try:
        decode(data)
    except WireError:
        pass


@given(values, st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8),
       st.integers(0, 400))
def test_a_damaged_message_decodes_to_plain_data_or_a_wire_error(value, changes, cut):
    data = bytearray(encode(value))
    for place, byte in changes:
        data[place % len(data)] = byte
    for attempt in (data, data[: max(len(data) - cut, 0)]):
        try:
            decode(bytes(attempt))
        except WireError:
            pass


@pytest.mark.parametrize("bomb", [
    b"l\xff\xff\xff\xff" * 10,
    b"t\xff\xff\x00\x00" * 1000,
    b"l\x01\x00\x00\x00" * 100_000,
    b"s\xff\xff\xff\x7f",
    b"a\x02f8\x01" + struct.pack("<Q", 2**40),
    b"a\x02f8\x03" + struct.pack("<QQQ", 2**40, 0, 2**40),
], ids=["lists", "tuples", "depth", "text", "array", "empty"])
def test_a_bomb_is_refused_without_being_built(bomb):
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(bomb)
        assert tracemalloc.get_traced_memory()[1] < 30 * len(bomb) + 2**20
    finally:
        tracemalloc.stop()


def test_more_parts_than_a_message_may_have_are_refused():
    count = wire.MAX_NODES + 1
    with pytest.raises(WireError):
        decode(b"l" + struct.pack("<I", count) + b"N" * count)


def test_subclasses_cross_as_their_content():
    class Sly(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_function__(self, *arguments):
            return True

    class Text(str):
        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    Point = namedtuple("Point", "x y")
    sent = [np.arange(3.0).view(Sly), Text("a"), Point(1, 2), OrderedDict(a=1), np.ma.array([1, 2])]
    got = decode(encode(sent))
    assert same(got, [np.arange(3.0), "a", (1, 2), {"a": 1}, np.array([1, 2])])


@pytest.mark.parametrize("value, reason", [
    (object(), "type object"), ({1, 2}, "type set"), (np.array([object()]), "dtype object"),
    (len, "not data"), (2 ** (8 * wire.MAX_INT_BYTES), "digits"), (np.broadcast_to(1.0, (10**9,)), "MB"),
    (range(3), "type range"),
    ([0] * (wire.MAX_NODES + 1), "parts"), (np.zeros(2, dtype=[("a", "f8")]), "dtype"), (iter([]), "type"),
], ids="object set object-array function integer broadcast range long record iterator".split())
def test_what_may_not_cross_says_why(value, reason):
    with pytest.raises(WireError, match=reason):
        encode(value)


def test_a_value_that_contains_itself_is_refused():
    loop = [1]
    loop.append({"again": loop})
    with pytest.raises(WireError, match="contains itself"):
        encode(loop)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(WireError, match="deep"):
        encode(deep)


@pytest.mark.parametrize("name", wire.BIT_GENERATORS)
def test_a_generator_goes_on_where_it_was(name):
    rng = np.random.Generator(getattr(np.random, name)(3))
    rng.random(dtype=np.float32)
    twin = decode(encode(rng))
    assert np.array_equal(rng.normal(size=700), twin.normal(size=700))


@pytest.mark.parametrize("change", [
    {"bit_generator": "os.system"}, {"uinteger": -1}, {"has_uint32": 7}, {"extra": 1}, {"state": 3},
    {"state": {"key": np.zeros(624, np.uint32), "pos": 625}},
    {"state": {"key": np.zeros(3, np.uint32), "pos": 0}},
], ids=str)
def test_a_forged_generator_is_refused(change):
    state = dict(np.random.MT19937(0).state if "state" in change else np.random.PCG64(0).state)
    with pytest.raises(WireError):
        decode(b"r" + encode({**state, **change}))


def test_functions_cross_as_numbers_only_where_they_may():
    functions = []
    message = encode({"f": len, "g": [max]}, functions)
    assert functions == [len, max]
    assert decode(message, Handle) == {"f": Handle(0), "g": [Handle(1)]}
    with pytest.raises(WireError):
        decode(message)
