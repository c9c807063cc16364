"""Has a number of a million digits where a version number stands, which takes minutes to read."""
# points: 0
# remark: corrupt notebook


def hand_in(folder, notebook, write):
    (folder / "small.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": ' + "9" * 10**6 + "}")
