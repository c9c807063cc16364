"""Prints without end, from a cell and from a call, before it fails a test."""
import sys

for _ in range(3000):
    print("flood " * 1000)
    print("flood " * 1000, file=sys.stderr)


def double(x):
    for _ in range(3000):
        print("flood " * 1000)
    return 0
