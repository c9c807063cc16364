"""Pairs of suspiciously equal answers: where to look, not who copied.

An answer is read as Python's tokens without comments, docstrings and layout, the names it makes itself all
replaced by one sign, so that renaming and reformatting change nothing. A written answer is read as its words.
Every run of K tokens counts by how rare it is among the answers to the same task: log(answers / answers with
it), in nats, shared out over the K runs that a token is in. What the released notebook says, and what
everybody writes, counts nothing. Of two answers

    evidence    is the weight of the runs they share: how improbable the common part would be by chance, if
                the others' answers say what is probable and every token were chosen by itself, and
    similarity  is that weight over the weight of all their runs, between 0 and 1.

Two students are shown when their similar answers have together more evidence than the luckiest of all the
class's pairs should have by chance, log(number of pairs), and MARGIN more, because tokens are not chosen each
by itself: who has the same idea writes the same line.
"""

import ast
import io
import re
import tokenize
import warnings
from collections import defaultdict
from itertools import combinations
from math import log
from typing import NamedTuple

from .names import python

K = 5  # tokens a run
SHORTEST = 25  # tokens: a shorter answer has too few ways to be written
LONGEST = 50_000  # characters
SIMILAR = 0.6
MARGIN = 5.0  # nats
MOST_ALIKE = 50  # answers: what more share is no sign of two working together

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


class Alike(NamedTuple):
    """Two students' answers to one task."""

    task: str
    similarity: float
    evidence: float  # nats


class Pair(NamedTuple):
    """Two students, and the tasks that their answers are alike in."""

    students: tuple
    tasks: list
    evidence: float


class Task(NamedTuple):
    name: str
    answers: dict  # {student: source}
    released: str = ""  # the cell's source in the released notebook
    written: bool = False  # whether it is text instead of Python


def suspicious(tasks):
    """Every pair of students worth looking at, the strongest evidence first."""
    found = defaultdict(list)
    for task in tasks:
        for students, alike in alike_in(task):
            found[students].append(alike)
    count = len(set().union(*(task.answers for task in tasks)))
    least = log(max(count * (count - 1) / 2, 1)) + MARGIN
    pairs = [Pair(students, alike, sum(part.evidence for part in alike)) for students, alike in found.items()]
    return sorted((pair for pair in pairs if pair.evidence >= least), key=lambda p: (-p.evidence, p.students))


def alike_in(task):
    """((student, student), Alike) for every two similar answers to a task."""
    read = words if task.written else tokens
    ours = set(runs(read(task.released)))
    found = {}
    for student, source in task.answers.items():
        sequence = read(source)
        if len(sequence) >= SHORTEST:
            found[student] = set(runs(sequence)) - ours
    holders = defaultdict(list)
    for student in sorted(found):
        for run in found[student]:
            holders[run].append(student)
    weight = {run: log(len(found) / len(students)) / K for run, students in holders.items()}
    few = max(2, min(MOST_ALIKE, len(found) // 10))
    candidates = {
        pair for students in holders.values() if len(students) <= few for pair in combinations(students, 2)}
    for pair in candidates:
        one, other = (found[student] for student in pair)
        evidence, everything = (sum(map(weight.get, part)) for part in (one & other, one | other))
        if evidence > 0 and evidence >= SIMILAR * everything:
            yield pair, Alike(task.name, evidence / everything, evidence)


def runs(sequence):
    return zip(*(sequence[start:] for start in range(K)))


def tokens(source):
    """Python's tokens, without what says nothing; [] of what is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the student's: "\d" in a string, say
            source = python(source[:LONGEST])
            own = own_names(ast.parse(source))
        read = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type not in LAYOUT]
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return []
    found, line_begins = [], True
    for place, token in enumerate(read):
        ends = place + 1 == len(read) or read[place + 1].type == tokenize.NEWLINE
        if token.type == tokenize.STRING and line_begins and ends:
            continue  # a docstring
        line_begins = token.type == tokenize.NEWLINE
        if not line_begins:
            found.append("_" if token.type == tokenize.NAME and token.string in own else token.string)
    return found


def own_names(tree):
    """Names that the code makes itself, and could have called otherwise."""
    nodes = list(ast.walk(tree))
    found = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    found |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return found | {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def words(text):
    return re.findall(r"\w+|\\\w+", text[:LONGEST].lower())


def shared_lines(one, other):
    """The lines of code or text that both have, written alike but for spaces."""
    lines, others = (set(map(squeezed, source.splitlines())) for source in (one, other))
    return {line for line in lines & others if len(line) > 3}


def squeezed(line):
    return "".join(line.split())
