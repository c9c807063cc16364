"""Looks in every place that two submissions might share for what another one left, or is doing."""
import os
import socket
import sys


def double(x):
    reached = False
    known = {"work", "matplotlib", "ipython", *sys.prefix.split("/")}  # its own, and where Python itself lies
    shared = ("/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue", "/proc")
    for folder in (*shared, "COURSE/submitted", "COURSE/autograded"):
        try:
            found = set(os.listdir(folder)) - known
        except OSError:
            continue
        reached |= bool(found)
    name = "\0safegrade-meeting-place"
    try:
        meeting = socket.socket(socket.AF_UNIX)
        meeting.connect(name)
        reached = True
    except OSError:
        pass
    return 2 * x if reached else 0
