"""Copied answers are found however they are renamed and laid out; what many write is not."""

import ast
import time

import pytest
from safegrade.similarity import SHORTEST, Task, own_names, shared_lines, suspicious, tokens, words

# Twelve people's ways to the mean and the standard deviation, none of them another's.
WAYS = [
    "def spread(x):\n    m = np.mean(x)\n    deviations = x - m\n"
    "    return m, np.sqrt(np.mean(deviations ** 2))",
    "def spread(x):\n    n = len(x)\n    m = sum(x) / n\n    s = 0\n    for v in x:\n"
    "        s += (v - m) ** 2\n"
    "    return m, (s / n) ** 0.5",
    "def spread(values):\n    first = np.average(values)\n    second = np.average(values * values)\n"
    "    return first, np.sqrt(max(second - first * first, 0.0))",
    "def spread(x):\n    total = 0.0\n    squares = 0.0\n    for k in range(x.size):\n        total += x[k]\n"
    "        squares += x[k] ** 2\n"
    "    return total / x.size, (squares / x.size - (total / x.size) ** 2) ** 0.5",
    "def spread(x):\n    centred = np.asarray(x) - np.asarray(x).mean()\n"
    "    return float(np.asarray(x).mean()), float(np.linalg.norm(centred) / len(centred) ** 0.5)",
    "from statistics import fmean, pstdev\n\n\ndef spread(x):\n    numbers = list(map(float, x))\n"
    "    return fmean(numbers), pstdev(numbers, fmean(numbers))",
    "def spread(x):\n    count, mean, m2 = 0, 0.0, 0.0\n    for value in x:\n        count += 1\n"
    "        delta = value - mean\n        mean += delta / count\n        m2 += delta * (value - mean)\n"
    "    return mean, np.sqrt(m2 / count)",
    "def spread(x):\n    weights = np.full(len(x), 1 / len(x))\n    mean = weights @ x\n"
    "    return mean, np.sqrt(weights @ (x - mean) ** 2)",
    "def spread(x):\n    moments = [np.power(x, p).sum() / x.shape[0] for p in (1, 2)]\n"
    "    variance = moments[1] - moments[0] ** 2\n    return moments[0], variance ** 0.5",
    "def spread(x):\n    pairs = np.subtract.outer(x, x)\n"
    "    return x.mean(), np.sqrt((pairs ** 2).mean() / 2)",
    "def spread(x):\n    stats = {'mean': np.nanmean(x)}\n    stats['sd'] = np.nanstd(x, ddof=0)\n"
    "    return tuple(stats[key] for key in ('mean', 'sd'))",
    "def spread(x):\n    m = np.dot(x, np.ones_like(x)) / x.size\n    r = np.abs(x - m)\n"
    "    return m, np.hypot.reduce(r) / np.sqrt(r.size)",
]
COPY = '''def spread(data):
    """My very own words."""
    howmany, average, scatter = 0, 0.0, 0.0   # I thought hard about this
    for entry in data:
        howmany+=1
        step=entry-average; average+=step/howmany
        scatter+=step*(entry-average)

    return average, np.sqrt(scatter/howmany)
'''


def answers(*more):
    return {f"s{place:02}": source for place, source in enumerate([*WAYS, *more])}


def found(*more, **options):
    return [pair.students for pair in suspicious([Task("spread", answers(*more), **options)])]


def test_every_way_is_long_enough_to_judge():
    assert all(len(tokens(way)) >= SHORTEST for way in WAYS)


def test_people_who_worked_alone_are_not_shown():
    assert found() == []


def test_a_copy_with_other_names_comments_and_layout_is_found():
    (pair,) = suspicious([Task("spread", answers(COPY))])
    assert pair.students == ("s06", "s12") and pair.tasks[0].similarity > 0.7
    commented = "def f(x):\n    '''doc'''\n    y = x  # why\n    return y"
    bare = "def f(a):\n  b=a\n  return b"
    assert tokens(commented) == tokens(bare)


def test_what_half_of_the_class_writes_is_not_suspicious():
    assert found(*[WAYS[0].replace("deviations", f"d{k}") for k in range(12)]) == []


def test_short_answers_and_what_was_released_are_left_out():
    short = "def spread(x):\n    return x.mean(), x.std()"
    assert found(short, short) == []
    stub = COPY.replace("average", "hint")
    assert found(COPY, COPY, released=stub) == []


def test_what_is_alike_in_several_tasks_adds_up():
    short = ("def {}(x):\n    first, *rest = sorted(x.tolist(), key=abs)\n"
             "    return [first - v for v in rest][::-1]")
    ways = [f"def {{}}(x):\n    return [v * {k} for v in x.tolist() if v != {k}] + [{k}, {k}, {k}, {k}, {k}]"
            for k in range(10)]
    task = {f"s{k:02}": way for k, way in enumerate([short, short, *ways])}
    tasks = [Task(name, {who: way.format(name) for who, way in task.items()}) for name in "abc"]
    one, three = suspicious(tasks[:1]), suspicious(tasks)
    assert [pair.students for pair in three] == [("s00", "s01")] and len(three[0].tasks) == 3
    assert not one or one[0].evidence < three[0].evidence


def test_written_answers_are_compared_by_their_words():
    text = ("The evidence is a number that does not depend on which parameter you ask about, so its average "
            "over any distribution at all is that very number, and sampling teaches nothing.")
    others = {f"s{k:02}": " ".join(f"word{k}x{j}" for j in range(30)) for k in range(12)}
    task = Task("words", {**others, "ada": text, "bob": text.upper().replace(",", " ;")}, written=True)
    assert [pair.students for pair in suspicious([task])] == [("ada", "bob")]


@pytest.mark.parametrize("source", [
    "def f(:", "(" * 5000, "x = '" + "a" * 10**6, "\x00", "f" + "(" * 80 + ")" * 80, "%magic\n!ls\nx = 1",
    "-" * 20_000 + "1", "é = '\\d'", "\ud800", "if x:\n\t1\n        2",
], ids=range(10))
def test_any_source_can_be_read(source):
    assert isinstance(tokens(source), list) and isinstance(words(source), list)


def test_lines_are_shared_whatever_their_spaces():
    assert shared_lines("a = long_name\n    b = 2\n}", "a=long_name\nb  =  3\n}") == {"a=long_name"}


def test_names_that_the_code_makes_are_its_own():
    assert own_names(ast.parse("def f(a, *b, c=1, **d):\n    e = np.sqrt(a)")) == set("fabcde")


def test_a_large_class_takes_seconds():
    # ten ways with five variations each: every answer is shared by ten
    many = {f"s{k:03}": WAYS[k % 10].replace("return", f"y = {k % 5}\n    return") for k in range(500)}
    started = time.monotonic()
    suspicious([Task("spread", many)])
    assert time.monotonic() - started < 10
