"""One grader at a time for an assignment: a lock file in the course directory, beside the gradebook."""

import fcntl
import os
import socket
from pathlib import Path


class Busy(Exception):
    """Another grader holds the lock."""


class Lock:
    """The lock is the kernel's and not the file's: it goes when its holder ends, however that ends."""

    def __init__(self, folder, assignment):
        self.path = Path(folder, f".safegrade-{assignment}.lock")
        self.assignment, self.file = assignment, None

    def __enter__(self):
        while self.file is None:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(file, 200, 0).decode(errors="replace") or "just started"
                os.close(file)
                raise Busy(f"{self.assignment} is being graded by another safegrade ({holder})") from None
            except OSError:
                os.close(file)
                raise
            try:
                removed = not os.path.samestat(os.fstat(file), os.stat(self.path))
            except FileNotFoundError:
                removed = True
            if removed:  # by the last holder, between our opening and our locking
                os.close(file)
            else:
                self.file = file
        os.truncate(self.file, 0)
        os.pwrite(self.file, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
        return self

    def __exit__(self, *error):
        os.unlink(self.path)  # while it is held: who has opened it meanwhile sees that it is gone
        os.close(self.file)
        self.file = None
