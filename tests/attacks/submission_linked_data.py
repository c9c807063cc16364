"""Has a link to the gradebook among its files, to be copied to where students read their feedback."""
# points: 0
# remark: symbolic link


def hand_in(folder, notebook, write):
    write(notebook)
    (folder / "data").mkdir()
    (folder / "data" / "notes.txt").symlink_to("../../../../gradebook.db")
