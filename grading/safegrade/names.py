"""Which names a cell takes and which it leaves behind, read from its source."""

import ast
import functools
import re
import symtable


@functools.cache  # the same cells come with every submission
def names_loaded(source):
    """Names that a cell, or a function in it, looks up outside itself and never binds."""
    table = symtable.symtable(python(source), "cell", "exec")
    found, queue = set(), [table]
    while queue:
        scope = queue.pop()
        queue += scope.get_children()
        found |= {s.get_name() for s in scope.get_symbols()
                  if s.is_referenced() and (scope is table or s.is_global())}
    return found - names_bound(source)


@functools.cache
def names_bound(source):
    """Names that a cell leaves behind."""
    table = symtable.symtable(python(source), "cell", "exec")
    found = {s.get_name() for s in table.get_symbols()
             if s.is_assigned() or s.is_imported() or s.is_namespace()}
    for node in ast.walk(ast.parse(python(source))):
        if isinstance(node, ast.Global):
            found |= set(node.names)
    return found


@functools.cache
def is_python(source):
    """Whether a cell is Python as it stands, without magics."""
    return python(source) == source != ""


def python(source):
    """The source without magics and shell lines; nothing if it still is not Python."""
    for attempt in (source, re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)):
        try:
            ast.parse(attempt)
            return attempt
        except (SyntaxError, ValueError):
            pass
    return ""
