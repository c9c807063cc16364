"""Tracebacks, written sooner and not a letter different.

Every submission has some: failed tests, and cells that import what is withheld. Two fifths of the time that one
takes went into three things that are not done anew here: going through all modules that are loaded to find the
one that a cell belongs to (none), compiling the patterns of Python's grammar that colour the code, and making
the style with its colours.
"""

import functools
import inspect
import os

from IPython.core.compilerop import CachingCompiler


class Compiler(CachingCompiler):
    def cache(self, *arguments, **named):
        name = super().cache(*arguments, **named)
        # what inspect would note for a file of no module, if it noted that
        inspect.modulesbyfile[name] = inspect.modulesbyfile[os.path.abspath(name)] = ""
        return name


def quicken():
    """For this process and its forks."""
    import stack_data.core
    from pygments import highlight
    from pygments.lexers import PythonLexer

    if not hasattr(stack_data.core, "_pygmented_with_ranges"):  # another release
        return

    class Lexer(PythonLexer):
        """Marks the code that was running: `ranges` of places in the text."""

        ranges = ()

        def get_tokens(self, text):
            place = 0
            for kind, word in super().get_tokens(text):
                running = any(start <= place < end for start, end in self.ranges)
                yield kind.ExecutingNode if running else kind, word
                place += len(word)

    def coloured(formatter, code, ranges):
        lexer = Lexer(stripnl=False)
        lexer.ranges = ranges
        try:
            return highlight(code, lexer, formatter).splitlines()
        except Exception:
            return code.splitlines()

    stack_data.core._pygmented_with_ranges = coloured
    stack_data.style_with_executing_node = functools.cache(stack_data.style_with_executing_node)
