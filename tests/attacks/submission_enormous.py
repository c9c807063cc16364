"""Is 200 MB large."""
# points: 0
# remark: larger than


def hand_in(folder, notebook, write):
    with open(folder / "small.ipynb", "wb") as file:
        file.truncate(200 * 2**20)
