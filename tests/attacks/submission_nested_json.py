"""Is JSON nested a hundred thousand deep."""
# points: 0
# remark: corrupt notebook


def hand_in(folder, notebook, write):
    (folder / "small.ipynb").write_text('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")
