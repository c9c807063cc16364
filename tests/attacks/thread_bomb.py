"""Starts threads until it cannot, each spinning."""
import threading

stop = False


def spin():
    while not stop:
        pass


def double(x):
    try:
        for _ in range(10_000):
            threading.Thread(target=spin, daemon=True).start()
    except RuntimeError:
        pass
    return 0
