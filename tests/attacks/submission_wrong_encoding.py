"""Is written in another encoding than JSON's."""
# points: 0
# remark: corrupt notebook

import nbformat


def hand_in(folder, notebook, write):
    notebook.cells[0].source = "\u00e9t\u00e9"
    text = nbformat.writes(notebook)
    (folder / "small.ipynb").write_bytes(text.encode("latin-1"))
