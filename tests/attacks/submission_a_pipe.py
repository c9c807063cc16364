"""Has a pipe among its files: who reads it waits for ever."""
# points: 0
# remark: neither a file nor a folder

import os


def hand_in(folder, notebook, write):
    write(notebook)
    os.mkfifo(folder / "data.csv")
