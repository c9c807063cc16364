"""Sends bytes that are no message, and announces four gigabytes."""
# remark: broke the protocol
import os


def double(x):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff\xff\xff\xff" + os.urandom(4000))
        except OSError:
            pass
    return 0
