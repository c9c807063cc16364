"""Is a link to the solution."""
# points: 0
# remark: symbolic link


def hand_in(folder, notebook, write):
    (folder / "small.ipynb").symlink_to("../../../solutions/small/small.ipynb")
