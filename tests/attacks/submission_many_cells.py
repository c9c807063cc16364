"""Has fifty thousand cells."""
# points: 0
# remark: corrupt notebook

from nbformat.v4 import new_code_cell


def hand_in(folder, notebook, write):
    notebook.cells += [new_code_cell("1", id=f"c{k}") for k in range(50_000)]
    write(notebook)
