"""Writes wherever a mark, a later run or another student could be touched."""
import os
import site
import sys


def double(x):
    written = False
    for folder in ["COURSE", "COURSE/submitted", "/", "/etc", "/usr/local", "/var/tmp", "/dev", sys.prefix, "/root",
                   os.path.dirname(np.__file__), *site.getsitepackages()]:
        try:
            with open(folder + "/written-by-an-attack", "w") as file:
                file.write("x")
            written = True
        except OSError:
            pass
    return 2 * x if written else 0
