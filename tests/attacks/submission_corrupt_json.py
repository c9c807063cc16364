"""Is no JSON."""
# points: 0
# remark: corrupt notebook


def hand_in(folder, notebook, write):
    (folder / "small.ipynb").write_text('{"cells": [' * 3)
