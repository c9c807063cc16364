"""A traceback of the graders' shells is the one that IPython writes, to the last letter."""

import inspect
import re

import pytest
import stack_data
from IPython.core.compilerop import CachingCompiler
from pygments.lexer import RegexLexerMeta
from safegrade import tracebacks
from safegrade.shell import Shell

CELLS = [
    "1/0",
    "def ratio(a, b):\n    return a / b\n\n\nx = 3\nratio(x, 0)",
    "[1 / n for n in (1, 0)]",
    "def deeper(n):\n    return deeper(n + 1)\n\n\ndeeper(0)",
    "import json\n\njson.loads('{')",
    "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('no a') from error",
    "class Case:\n    def check(self):\n        assert 1 == 2, 'one line\\nand another'\n\n\nCase().check()",
    "exec('1/0')",
    "def f(:\n    pass",
    "%time 1/0",
    "text = '''\nünïcode \U0001d4a9'''; text.nothing",
]


@pytest.fixture
def shell(monkeypatch):
    """IPython's own ways at first."""
    for owner, name in [(stack_data.core, "_pygmented_with_ranges"), (stack_data, "style_with_executing_node")]:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # noted, to be given back
    shell = Shell()
    shell.compile = CachingCompiler()
    return shell


def tracebacks_of(shell):
    found = []
    for count, cell in enumerate(CELLS, start=1):
        assert not shell.run(cell, count)
        text = "\n".join(shell.take()[-1]["traceback"])
        found.append(re.sub(r"\d+ times", "many times", text))  # as often as the stack has room
    return found


def test_they_are_the_same(shell):
    expected = tracebacks_of(shell)
    tracebacks.quicken()
    shell.compile = tracebacks.Compiler()
    assert tracebacks_of(shell) == expected


def test_what_takes_time_is_done_once(shell, monkeypatch):
    tracebacks.quicken()
    shell.compile = tracebacks.Compiler()
    shell.run(CELLS[1], 1)
    compiled, looked_for = [], []
    compile_patterns, find_file = RegexLexerMeta.process_tokendef, inspect.getabsfile
    monkeypatch.setattr(RegexLexerMeta, "process_tokendef",
                        lambda *arguments: (compiled.append(arguments), compile_patterns(*arguments))[1])
    monkeypatch.setattr(inspect, "getabsfile", lambda *of: (looked_for.append(of), find_file(*of))[1])
    shell.run(CELLS[0], 2)
    assert shell.take()[-1]["ename"] == "ZeroDivisionError"
    assert not compiled
    assert len(looked_for) < 20  # of a thousand modules
