"""Of a failed check the calls that explain it are kept, as short text, whatever the values are."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safegrade.calls import MAX_KEPT, MAX_NESTED, MAX_SHOWN, MAX_TEXT, MIME, CallLog, feeding, shorten
from safegrade.wire import Handle, encode


def logged(source, functions):
    """A log of the calls that a cell makes to `functions`, and the error it ends with."""
    namespace = {"np": np}
    log = CallLog(namespace, source)

    def proxy(name):
        def call(*arguments, **named):
            entry = log.add(encode(("call", name, arguments, named), []))
            try:
                value = functions[name](*arguments, **named)
            except Exception as error:
                entry.raises(error)
                raise
            entry.returns(encode(value))
            return value

        return call

    namespace.update({name: proxy(name) for name in functions})
    try:
        exec(compile(source, "cell", "exec"), namespace)
    except Exception as error:
        return log, error
    return log, None


def shown(source, **functions):
    log, error = logged(source, functions)
    (output,) = log.output(error)
    return [(call["call"], call["how"], call["what"]) for call in output["data"][MIME]["calls"]]


def double(x):
    return 2 * x


@pytest.mark.parametrize(("source", "calls"), [
    ("got = f(1)\nassert got == 3", ["f(1)"]),
    ("a = f(1)\nb = f(2)\nassert b == 5\nassert a == 3", ["f(2)"]),
    ("a = f(1)\nb = f(2)\ntotal = a + b\nc = f(9)\nassert total == 0, c", ["f(1)", "f(2)", "f(9)"]),
    ("a = f(1)\nassert f(2) == a + 1", ["f(1)", "f(2)"]),
    ("for k in range(5):\n    assert f(k) == k", ["f(1)"]),
    ("found = []\nfor k in range(3):\n    found.append(f(k))\nassert found == []", ["f(2)"]),
    ("def twice(k):\n    return f(f(k))\nf(7)\nassert twice(1) == 5", ["f(2)"]),
    ("left, (right, rest) = f(1), (f(2), f(3))\nassert right == 0", ["f(3)"]),
    ("if (got := f(4)):\n    assert got == 9", ["f(4)"]),
    ("assert f(\n    1,\n) == 3", ["f(1)"]),
    ("f(1)\nraise ValueError", ["f(1)"]),
    ("f(1)\nf(2)\nassert False", ["f(2)"]),
], ids=str)
def test_the_calls_that_the_failing_line_looks_at_are_shown(source, calls):
    assert [call for call, _, _ in shown(source, f=double)] == calls


def test_a_call_that_fails_says_how():
    assert shown("f(1, b=[2])", f=lambda a, b: {}[a]) == [("f(1, b=[2])", "raised", "KeyError: 1")]


def test_a_call_without_an_answer_says_so():
    log = CallLog({}, "f(1)")
    log.add(encode(("call", "f", (1,), {})))
    assert log.output()[0]["data"][MIME]["calls"] == [{"call": "f(1)", "how": "gave no answer", "what": ""}]


def test_a_test_that_called_nothing_shows_nothing():
    assert CallLog({}, "assert False").output() == []


def test_many_calls_are_counted_and_few_are_kept():
    calls = ",\n".join(f"f({k})" for k in range(50))
    source = f"a = [\n{calls}]\nfor k in range(1000):\n    f(k)\nassert a == 1"
    log, error = logged(source, {"f": double})
    (output,) = log.output(error)
    assert output["data"][MIME]["count"] == 1050
    assert [call["call"] for call in output["data"][MIME]["calls"]] == ["f(47)", "f(48)", "f(49)"]
    assert len(log.calls) == 51 and MAX_SHOWN == 3


def test_a_magic_in_the_cell_does_not_matter():
    assert feeding("%matplotlib inline\ngot = f(1)\nassert got", 3) == {2, 3}
    assert feeding("this is no Python", 1) == set()


def test_what_is_too_large_to_keep_is_not_kept():
    log = CallLog({}, "")
    call = log.add(encode(("call", "f", (np.zeros(MAX_KEPT),), {})))
    call.returns(encode(np.zeros(MAX_KEPT)))
    assert call.raw is None and call.returned is None
    assert "too large" in log.output()[0]["data"][MIME]["calls"][0]["call"]


@pytest.mark.parametrize(("value", "text"), [
    (np.float64(1.5), "1.5"), (np.float32(0.1), "0.1"), (np.str_("a"), "'a'"), (None, "None"), ((1,), "(1,)"),
    (np.arange(3.0), "array([0., 1., 2.])"), (np.zeros((0, 3)), "array([], shape=(0, 3))"),
    (np.zeros(2, "f4"), "array([0., 0.], dtype=float32)"), (Handle(3), "<function>"),
    (np.arange(100), "array([ 0,  1,  2, ..., 97, 98, 99], shape=(100,))"),
    (np.zeros((2, 3, 4)), "array([0., 0., 0., 0., 0., 0., ...], shape=(2, 3, 4))"),
    ({"a": [1, 2.0]}, "{'a': [1, 2.0]}"), (list(range(9)), "[0, 1, 2, 3, 4, 5, ... and 3 more]"),
    (np.random.default_rng(1), "<numpy.random.Generator, PCG64>"), (10**50, "<an integer of 167 bits>"),
], ids=str)
def test_a_value_is_written_as_python_writes_it_and_short(value, text):
    assert shorten(value) == text


def nested(depth):
    return [nested(depth - 1)] if depth else []


@pytest.mark.parametrize("value", [
    np.zeros((2,) * 20, bool), np.zeros((7,) * 7, "i1"), np.zeros((1,) * 32), "x" * 10**6, b"x" * 10**6,
    [["y" * 10**4] * 10**2] * 10**2, {str(k): "z" * 1000 for k in range(1000)}, nested(39), 10**9000,
    np.full(100, "w" * 2500), np.full((40, 40), np.nan + 1j),
], ids=range(11))
def test_the_largest_values_make_short_texts_in_no_time(value):
    started = time.monotonic()
    assert len(shorten(value)) <= MAX_TEXT + 5
    assert time.monotonic() - started < 1


@given(st.recursive(st.none() | st.floats() | st.text() | st.binary() | st.integers(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_value_has_a_short_text(value):
    assert 0 < len(shorten(value)) <= MAX_TEXT + 5


def test_nesting_ends():
    assert shorten(nested(30)).count("[") == MAX_NESTED + 1
