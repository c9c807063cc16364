"""Puts every test before the cell it tests, in reverse, with its answer last."""
# points: 0


def hand_in(folder, notebook, write):
    notebook.cells = notebook.cells[::-1]
    write(notebook)
