"""Writes wherever a mark, a later run or another student could be touched."""
import os
import site
import sys


def double(x):
    written = False
    python = [sys.prefix, os.path.dirname(np.__file__), *site.getsitepackages()]
    system = ["/", "/etc", "/usr/local", "/var/tmp", "/dev", "/root"]
    for folder in ["COURSE", "COURSE/submitted", *system, *python]:
        try:
            with open(folder + "/written-by-an-attack", "w") as file:
                file.write("x")
            written = True
        except OSError:
            pass
    return 2 * x if written else 0
