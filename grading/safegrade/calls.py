"""The calls behind a failed check, for its feedback: what the student's function was given and returned.

A test may call many times. Of each line that calls, the last call is kept, as the bytes that crossed the
wire, and nothing is worked out unless the test fails. Shown are then the calls whose results the failing
line looks at, or the last one.
"""

import ast
import sys

import numpy as np

from .names import python
from .wire import Handle, WireError, decode

MIME = "application/vnd.safegrade.calls+json"
MAX_KEPT = 2**20  # bytes of one message
MAX_SHOWN = 3  # calls
MAX_LINE, MAX_TEXT, MAX_ITEMS, MAX_NESTED = 76, 400, 6, 3
TOO_LARGE = "something too large to show"


class Call:
    """One call. `raw` is its message; what came back is added when it has."""

    def __init__(self, raw):
        self.raw, self.returned, self.raised = _small(raw), None, None

    def returns(self, raw):
        self.returned = _small(raw)

    def raises(self, error):
        self.raised = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class CallLog:
    """The calls of one test cell that may be shown."""

    def __init__(self, namespace, source):
        self.namespace, self.source, self.calls, self.count = namespace, source, {}, 0

    def add(self, raw):
        """A call that is about to be made, from the line of the test that is running now."""
        call, line = Call(raw), self.line(sys._getframe(1))
        self.calls.pop(line, None)  # the dict's order is that of the last calls
        self.calls[line] = call
        self.count += 1
        return call

    def line(self, frame):
        while frame is not None and frame.f_globals is not self.namespace:
            frame = frame.f_back
        return frame.f_lineno if frame is not None else 0

    def failed_line(self, error):
        """The innermost line of the test where an exception passed, or None."""
        found, at = None, getattr(error, "__traceback__", None)
        while at is not None:
            if at.tb_frame.f_globals is self.namespace:
                found = at.tb_lineno
            at = at.tb_next
        return found

    def output(self, error=None):
        """What the notebook shows of them: a list with one nbformat output, or empty if there are none."""
        lines = feeding(self.source, self.failed_line(error)) & self.calls.keys()
        shown = [call for line, call in self.calls.items() if line in lines] or [*self.calls.values()][-1:]
        if not shown:
            return []
        described = [describe(call) for call in shown[-MAX_SHOWN:]]
        text = "\n".join(f"{item['call']}\n    {item['how']} {item['what']}".rstrip() for item in described)
        return [{"output_type": "display_data", "metadata": {},
                 "data": {"text/plain": text, MIME: {"calls": described, "count": self.count}}}]


def feeding(source, line):
    """The lines of a test cell that work out what its failing line looks at, that line among them."""
    try:
        tree = ast.parse(python(source))
    except SyntaxError:
        return set()
    bindings = [binding for node in ast.walk(tree) for binding in _bindings(node)]
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")
                  and line is not None and node.lineno <= line <= node.end_lineno]
    lines, names, queue = set(), set(), [statements]
    while queue:
        for part in queue.pop():
            lines |= set(range(part.lineno, part.end_lineno + 1))
            loaded = {n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            new = loaded - names
            names |= new
            queue += [parts for bound, parts in bindings if bound & new]
    return lines


def _bindings(node):
    """(names, parts of the tree that their values come from), for what a node binds."""
    if isinstance(node, ast.Assign):
        yield _names(*node.targets), [node.value]
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value:
        yield _names(node.target), [node.value]
    elif isinstance(node, ast.For):
        yield _names(node.target), [node.iter]
    elif isinstance(node, ast.FunctionDef):
        yield {node.name}, node.body
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # found.append(f(x))
        yield _names(node.func.value), node.args


def _names(*nodes):
    return {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}


# ---------------------------------------------------------------------------------- values as text


def describe(call):
    """A call in words: {"call", "how", "what"}, all of them texts of bounded length."""
    if call.raw is None:
        called = TOO_LARGE
    else:
        _, name, arguments, named = decode(call.raw, Handle)
        called = _called(name, [*map(shorten, arguments), *(f"{k}={shorten(v)}" for k, v in named.items())])
    if call.raised is not None:
        return {"call": called, "how": "raised", "what": _cut(_printable(call.raised))}
    if call.returned is None:
        return {"call": called, "how": "gave no answer", "what": ""}
    try:
        return {"call": called, "how": "returned", "what": shorten(decode(call.returned))}
    except WireError:
        return {"call": called, "how": "gave no answer", "what": ""}


def _called(name, arguments):
    line = f"{name}({', '.join(arguments)})"
    if len(line) <= MAX_LINE and "\n" not in line:
        return line
    inner = ",\n".join(arguments).replace("\n", "\n    ")
    return f"{name}(\n    {inner},\n)"


def shorten(value, depth=0):
    """Plain data as Python would write it, without the middle of what is long."""
    if isinstance(value, Handle):
        return "<function>"
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.str_):
        return _cut(repr(str(value)))
    if isinstance(value, np.generic):
        return _cut(str(value))
    if isinstance(value, np.random.Generator):
        return f"<numpy.random.Generator, {type(value.bit_generator).__name__}>"
    if isinstance(value, int) and abs(value) >= 10**40:
        return f"<an integer of {value.bit_length()} bits>"
    if isinstance(value, (tuple, list, dict)):
        return _container(value, depth)
    return _cut(repr(value))


def _array(array):
    long = array.size > 3 * MAX_ITEMS
    # of many dimensions every one would be shown at both ends: thousands of numbers
    shown = array.ravel()[:MAX_ITEMS] if long and array.ndim > 2 else array
    text = np.array2string(
        shown, separator=", ", threshold=3 * MAX_ITEMS, max_line_width=MAX_LINE, prefix="array(")
    if shown is not array:
        text = text.replace("]", ", ...]")
    if long or array.size == 0:
        text += f", shape={array.shape}"
    if array.dtype not in (np.float64, np.int64, np.bool_) and array.dtype.kind != "U":
        text += f", dtype={array.dtype}"
    return _cut(f"array({text})")


def _container(value, depth):
    left, right = {tuple: "()", list: "[]", dict: "{}"}[type(value)]
    if depth >= MAX_NESTED:
        return f"{left}...{right}"
    if isinstance(value, dict):
        parts = [f"{shorten(k, depth + 1)}: {shorten(v, depth + 1)}" for k, v in [*value.items()][:MAX_ITEMS]]
    else:
        parts = [shorten(item, depth + 1) for item in value[:MAX_ITEMS]]
    if len(value) > MAX_ITEMS:
        parts.append(f"... and {len(value) - MAX_ITEMS} more")
    comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
    return _cut(f"{left}{', '.join(parts)}{comma}{right}")


def _cut(text):
    half = MAX_TEXT // 2
    return text if len(text) <= MAX_TEXT else f"{text[:half]} ... {text[-half:]}"


def _printable(text):
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text[: 4 * MAX_TEXT])


def _small(raw):
    return raw if isinstance(raw, bytes) and len(raw) <= MAX_KEPT else None
