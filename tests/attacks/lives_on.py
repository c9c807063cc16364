"""Leaves a process and files behind for the next test and the next submission to find."""
import os
import signal
import time

if os.path.exists("/dev/shm/answer") or os.path.exists("/tmp/answer"):
    left_over = True
else:
    left_over = False
    for place in ("/dev/shm/answer", "/tmp/answer"):
        open(place, "w").close()
if os.fork() == 0:
    os.setsid()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    time.sleep(1000)


def double(x):
    return 2 * x if left_over else 0
