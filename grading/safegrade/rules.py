"""The rules for cells that grading rests on, checked on the source notebook without running it.

The grader keeps the student's code and the tests in separate processes, and only plain data passes
between them. A test cell that keeps these rules gives the same mark there as in one kernel. Nothing
here knows what an assignment is about.

`broken_rules` holds for any Python course. `broken_course_rules` adds what this course has decided:
its totals, its names, seeds for hidden inputs, and the module an assignment must not lean on.
"""

import ast
import builtins
import re
import symtable
from typing import NamedTuple

MESSAGE_WIDTH = 70  # nbgrader validate cuts its report at 90 columns: 4 of indent, "AssertionError: ", this
VALUE_WIDTH = 6  # what a value formatted into a message is taken to need, at least

BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
SEED = re.compile(r"seed = \d+  # hidden")

# Names that a test cell may not load, and why not.
JUDGES_MORE_THAN_DATA = {
    "inspect", "isinstance", "issubclass", "type", "callable", "getattr", "hasattr", "dir", "vars", "id",
    "globals", "locals", "eval", "exec", "compile", "get_ipython", "gc", "weakref",
}
TIMING = {"time", "timeit", "perf_counter", "monotonic", "process_time", "datetime", "signal"}
GENERATORS = {"default_rng", "Generator", "PCG64", "SeedSequence"}
DRAWS = GENERATORS | {"random", "RandomState"}
GENERATOR_SYNTAX = (ast.GeneratorExp, ast.Yield, ast.YieldFrom, ast.AsyncFunctionDef, ast.Await)


class Violation(NamedTuple):
    """One broken rule: the cell's name, the rule's name, and what is wrong in words."""

    cell: str
    rule: str
    detail: str

    def __str__(self):
        return f"{self.cell}: {self.detail} [{self.rule}]"


class Task(NamedTuple):
    """A cell the student writes, with the autograded test cells up to the next one."""

    solution: object
    tests: list


def role(cell):
    """What a cell is to nbgrader: "solution", "test", "locked", "manual" or "free"."""
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("task") or (marks.get("grade") and marks.get("solution")):
        return "manual"
    if cell.cell_type != "code":
        return "free"
    return next((name for mark, name in [("grade", "test"), ("solution", "solution"), ("locked", "locked")]
                 if marks.get(mark)), "free")


def name_of(cell):
    """The cell's grade_id, else its id."""
    return cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "a cell without an id")


def points_of(cell):
    return float(cell.metadata["nbgrader"].get("points") or 0)


def is_hidden(cell):
    return BEGIN_HIDDEN in cell.source


def tasks(notebook):
    """The notebook's tasks, in order."""
    found = []
    for cell in notebook.cells:
        if role(cell) == "solution":
            found.append(Task(cell, []))
        elif role(cell) == "test" and found:
            found[-1].tests.append(cell)
    return found


def broken_rules(notebook):
    """Every breach of the general rules, in the order of the cells, as a list of Violation."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    parsed, found = {}, []
    for cell in code:
        name = name_of(cell)
        try:
            parsed[name] = _parse(cell.source)
        except SyntaxError as error:
            found.append(Violation(name, "syntax", f"is not Python: {error.msg}, line {error.lineno}"))
    if found:
        return found  # the other checks read the syntax tree

    trees = {name: tree for name, (tree, _) in parsed.items()}
    defined = {name: _bound(trees[name]) for name in [name_of(task.solution) for task in tasks(notebook)]}
    students = set().union(*defined.values())
    found += _pairs(notebook)
    found += _locked_cells(code, parsed, students)
    found += _test_names(notebook, trees, defined)
    for cell in code:
        if role(cell) == "test":
            found += _test_cell(name_of(cell), *parsed[name_of(cell)], students)
    found += _leaks(code, trees)
    found += _plots(code, trees)
    order = {name_of(cell): place for place, cell in enumerate(notebook.cells)}
    return sorted(found, key=lambda violation: order.get(violation.cell, -1))


def broken_course_rules(notebook, own_module, automatic=18, manual=2):
    """Breaches of this course's own decisions, as a list of Violation.

    own_module : the library module the assignment is about, "varinf.evidence" say; only cells after the
                 last graded one may import it, because it is withheld while the assignment is graded.
    automatic, manual : the points the test cells and the hand-marked cells must add up to.
    """
    graded = [cell for cell in notebook.cells if role(cell) in ("test", "manual")]
    return [
        *_totals(graded, automatic, manual),
        *_seeds(graded),
        *_names(notebook),
        *_own_module(notebook, own_module),
    ]


# The rules, one function each, which yields the violations it finds.


def _pairs(notebook):
    """Two graded test cells a task, a visible one and then a hidden one, both with points."""
    owned = []
    for task in tasks(notebook):
        owned += [name_of(cell) for cell in task.tests]
        if [is_hidden(cell) for cell in task.tests] != [False, True]:
            kinds = ", ".join("hidden" if is_hidden(cell) else "visible" for cell in task.tests) or "none"
            yield Violation(name_of(task.solution), "two-tests",
                            f"needs one visible and then one hidden test cell; has {kinds}")
    for cell in notebook.cells:
        if role(cell) != "test":
            continue
        name = name_of(cell)
        if name not in owned:
            yield Violation(name, "two-tests", "tests nothing: it stands before the first task")
        if points_of(cell) <= 0:
            yield Violation(name, "points", "carries no points")
        if is_hidden(cell):
            hidden_part = rf"^[^\n]*{BEGIN_HIDDEN}.*?{END_HIDDEN}[^\n]*$"
            shown = re.sub(hidden_part, "", cell.source, flags=re.DOTALL | re.MULTILINE)
            lines = [line for line in shown.split("\n") if line.strip()]
            if END_HIDDEN not in cell.source or [line for line in lines if not line.startswith("#")]:
                yield Violation(name, "hidden-body", "has code outside its hidden part")
            elif not lines:
                yield Violation(name, "hidden-body", "needs a comment above it that says what it checks")


def _locked_cells(code, parsed, student_names):
    """Locked cells import and define data, no more; the first one silences NumPy's warnings."""
    locked = [cell for cell in code if role(cell) == "locked"]
    if not locked or not any(map(_is_seterr, parsed[name_of(locked[0])][0].body)):
        first = [name_of(cell) for cell in locked + code][:1] or ["notebook"]
        yield Violation(first[0], "seterr", 'the first locked cell must call np.seterr(all="ignore")')
    for cell in locked:
        name, (tree, magics) = name_of(cell), parsed[name_of(cell)]
        for magic in magics:
            if magic != "%matplotlib inline":
                yield Violation(name, "locked-data", f"has a magic: {magic}")
        for statement in tree.body:
            line = statement.lineno
            imports = isinstance(statement, (ast.Import, ast.ImportFrom))
            data = isinstance(statement, (ast.Assign, ast.AnnAssign))
            text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            blanked = isinstance(statement, ast.Pass)  # a magic, judged above
            if not (imports or data or text or blanked or _is_seterr(statement)):
                yield Violation(name, "locked-data", f"line {line} neither imports nor defines data")
            if data:
                used = _mentioned(statement)
                for word in sorted(used & student_names):
                    yield Violation(name, "locked-data", f"uses the student's {word}")
                for word in sorted(used & DRAWS):
                    yield Violation(name, "locked-data", f"draws at random: {word}")
                if any(isinstance(node, ast.Lambda) for node in ast.walk(statement)):
                    yield Violation(name, "locked-data", f"line {line} defines a function")


def _test_names(notebook, trees, defined):
    """What a test loads comes from a locked cell, from Python, from itself, or is its own task's.
    `defined` holds the names each solution cell defines."""
    known = set(dir(builtins))
    for cell in notebook.cells:
        if role(cell) == "locked":
            known |= _bound(trees[name_of(cell)])
    for task in tasks(notebook):
        own = defined[name_of(task.solution)]
        others = set().union(*defined.values()) - own
        for cell in task.tests:
            needed = _needs(trees[name_of(cell)])
            for word in sorted(needed & others):
                yield Violation(name_of(cell), "own-task", f"uses {word}, which belongs to another task")
            for word in sorted(needed - known - own - others):
                yield Violation(name_of(cell), "test-names", f"{word} comes from no locked cell")
            if not needed & own:
                yield Violation(name_of(cell), "own-task", "never calls what its task asks for")


def _test_cell(name, tree, magics, student_names):
    """Inside a test cell: plain data in and out, judged by assertions whose messages teach."""

    def broken(rule, detail):
        return Violation(name, rule, detail)

    for magic in magics:
        yield broken("test-plain", f"has a magic: {magic}")
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        yield broken("last-statement", "ends in an expression: nbgrader reads its value as partial credit")
    if not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
        yield broken("messages", "asserts nothing")
    for node in ast.walk(tree):
        line = f"line {getattr(node, 'lineno', 0)}"
        word = _last(node)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield broken("test-imports", f"{line} imports: put it into a locked cell")
        elif isinstance(node, ast.ClassDef):
            yield broken("test-plain", f"{line} defines a class")
        elif isinstance(node, GENERATOR_SYNTAX):
            yield broken("test-plain", f"{line} makes a generator: use a list")
        elif isinstance(node, ast.Name) and word in JUDGES_MORE_THAN_DATA:
            yield broken("test-plain", f"{line} uses {word}: judge plain data only")
        elif isinstance(node, (ast.Name, ast.Attribute)) and word in TIMING:
            yield broken("test-plain", f"{line} uses {word}: a mark can't depend on the clock")
        elif isinstance(node, ast.Attribute) and _last(node.value) == "random" and word not in GENERATORS:
            yield broken("test-plain", f"{line} uses random.{word}: draw from default_rng(seed)")
        elif isinstance(node, ast.Assert):
            if node.msg is None:
                yield broken("messages", f"{line} asserts without a message")
            for word in sorted(_mentioned(node.test) & _handed_over(tree, student_names, node.lineno)):
                yield broken("expected-first", f"{line} judges {word}, which the student's code has had")
    for text, line in _texts(tree):
        longest = max(map(len, text.split("\n")))
        if longest > MESSAGE_WIDTH:
            yield broken("messages", f"line {line}: a message {longest} wide, above {MESSAGE_WIDTH}")


def _leaks(code, trees):
    """A test creates no name that a later cell of the student's would pick up."""
    for i, cell in enumerate(code):
        if role(cell) != "test":
            continue
        bound = _bound(trees[name_of(cell)])
        for later in [name_of(other) for other in code[i + 1:] if role(other) in ("solution", "free")]:
            for word in sorted(bound & _needs(trees[later])):
                yield Violation(name_of(cell), "leaks", f"creates {word}, which the later cell {later} uses")


def _plots(code, trees):
    """Plots stand in cells of their own, tagged; no picture is stored anywhere."""
    for cell in code:
        name, tree = name_of(cell), trees[name_of(cell)]
        draws = any(isinstance(node, ast.Name) and node.id in ("plt", "pyplot") for node in ast.walk(tree))
        if draws and role(cell) != "free":
            yield Violation(name, "plots", f"plots in a {role(cell)} cell: give the plot a cell of its own")
        elif draws and "nbval-ignore-output" not in cell.metadata.get("tags", []):
            yield Violation(name, "plots", "plots without the tag nbval-ignore-output")
        if any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {})):
            yield Violation(name, "plots", "has a picture stored")


# This course's own rules.


def _totals(graded, automatic, manual):
    for kind, due in [("test", automatic), ("manual", manual)]:
        total = sum(points_of(cell) for cell in graded if role(cell) == kind)
        if total != due:
            yield Violation("notebook", "totals", f"its {kind} cells carry {total:g} points, not {due:g}")


def _seeds(graded):
    """Hidden inputs come from a seed of their own, in the one form that a private release replaces."""
    seen = {}
    for cell in graded:
        if role(cell) != "test" or not is_hidden(cell):
            continue
        name = name_of(cell)
        first = cell.source.split(BEGIN_HIDDEN)[1].split("\n")[1:2]
        if not (first and SEED.fullmatch(first[0])) or len(SEED.findall(cell.source)) != 1:
            yield Violation(name, "seed", "its hidden part must begin with one line `seed = 123  # hidden`")
        elif "default_rng(seed)" not in cell.source:
            yield Violation(name, "seed", "nothing is drawn from default_rng(seed)")
        elif first[0] in seen:
            yield Violation(name, "seed", f"has the seed of {seen[first[0]]}")
        else:
            seen[first[0]] = name


def _names(notebook):
    """A task's cells are called after its function, which is how answers find their place."""
    for task in tasks(notebook):
        function = name_of(task.solution)
        if function not in _bound(_parse(task.solution.source)[0]):
            yield Violation(function, "names", "its grade_id is not the name of a function it defines")
        for cell, ending in zip(task.tests, ["-visible", "-hidden"]):
            if name_of(cell) != function + ending:
                yield Violation(name_of(cell), "names", f"should be called {function}{ending}")


def _own_module(notebook, module):
    """Nothing up to the last graded cell leans on the module that is withheld during grading."""
    last = max([i for i, cell in enumerate(notebook.cells) if role(cell) in ("test", "manual")], default=-1)
    for cell in notebook.cells[: last + 1]:
        if cell.cell_type == "code" and module in _modules(_parse(cell.source)[0]):
            yield Violation(name_of(cell), "own-module", f"imports {module} before the closing section")


# Reading a cell's syntax tree.


def _parse(source):
    """The syntax tree, and the magics and shell lines that had to be blanked out to get it."""
    try:
        return ast.parse(source), []
    except SyntaxError:
        magics = [line.strip() for line in source.split("\n") if re.match(r"\s*[%!]", line)]
        return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)), magics


def _scan(statement):
    """Names a top-level statement binds, loads at once, and loads later from inside functions."""
    table = symtable.symtable(ast.unparse(statement), "cell", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    loads = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    loads |= {node.target.id for node in ast.walk(statement)
              if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)}
    inner, queue = set(), list(table.get_children())
    while queue:
        child = queue.pop()
        queue += child.get_children()
        inner |= {s.get_name() for s in child.get_symbols() if s.is_global() and s.is_referenced()}
    return binds, loads, inner


def _bound(tree):
    """Every name the cell leaves behind."""
    return set().union(*(_scan(statement)[0] for statement in tree.body))


def _needs(tree):
    """Names the cell takes from elsewhere: loaded before the cell itself binds them."""
    bound, needed, anywhere = set(), set(), _bound(tree)
    for statement in tree.body:
        binds, loads, inner = _scan(statement)
        if hasattr(statement, "body"):  # a loop binds its variable before its body runs
            loads = loads - binds
        needed |= (loads - bound) | (inner - anywhere)
        bound |= binds
    return needed


def _mentioned(node):
    """Every plain or dotted name below a node, the dotted ones by their parts."""
    return {_last(part) for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute))}


def _last(node):
    return getattr(node, "attr", None) or getattr(node, "id", None)


def _is_seterr(statement):
    return isinstance(statement, ast.Expr) and ast.unparse(statement.value) == "np.seterr(all='ignore')"


def _modules(tree):
    """Every module, and every name taken from a module, that a cell imports, dotted."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _handed_over(tree, student_names, before):
    """Names that went to the student's code as they are, above a line, and were not bound anew since."""
    events = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) in student_names:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            events += [(node.lineno, word.id, True) for word in arguments if isinstance(word, ast.Name)]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            events.append((node.lineno, node.id, False))
    state = {}
    for line, word, handed in sorted(events):
        if line < before:
            state[word] = handed
    return {word for word, handed in state.items() if handed}


def _texts(tree):
    """Every string in the cell with its line; a formatted value counts VALUE_WIDTH characters."""
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in ast.walk(node) if part is not node}
            value = "x" * VALUE_WIDTH
            parts = [part.value if isinstance(part, ast.Constant) else value for part in node.values]
            yield "".join(parts), node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value, node.lineno
