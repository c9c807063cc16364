"""`varinf-progress`: how far you are, in points of the visible checks, assignment by assignment.

Each notebook runs in a fresh kernel, in its own folder, as *Restart Kernel and Run All Cells* would run it.
Nothing is written into it. What a check is worth is nbgrader's own reading of its outputs, so that a notebook
that passes here passes Validate. Part of the extra `varinf[student]`: the library never imports it.

cells.py reads a notebook's cells, kernel.py runs them, sheet.py says what came of each check, command.py
prints.
"""
