"""Workers on this machine: separate processes that turn jobs into results (see slot.py)."""

import os
import selectors
import signal
import subprocess
import sys
import time

from .sandbox import SandboxError
from .wire import Channel, Closed, WireError, channel_pair

THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")

DIED = {"cells": {}, "failed": "the worker died", "seconds": 0.0, "student_seconds": 0.0}


class Worker:
    def __init__(self, settings, number):
        ours, theirs = channel_pair()
        environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                       **{f"{library}_NUM_THREADS": "1" for library in THREADS}}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "safegrade.slot", str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment)
        theirs.close()
        self.socket, self.channel, self.job, self.deadline, self.ready = ours, Channel(ours), None, None, False
        self.channel.send({**settings, "slot": number})

    def close(self):
        self.socket.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


class Pool:
    """A fixed number of workers; one that dies is replaced, and its job tried once more."""

    def __init__(self, workers, settings, patience):
        """patience : seconds after which a worker with a job counts as dead; more than a job may take."""
        self.settings, self.patience, self.selector = settings, patience, selectors.DefaultSelector()
        self.workers = []
        for number in range(workers):
            self.add(number)

    def add(self, number):
        worker = Worker(self.settings, number)
        worker.number = number
        self.workers.append(worker)
        self.selector.register(worker.socket, selectors.EVENT_READ, worker)

    def run(self, jobs):
        """Yield (key, result) for every (key, encoded job), in the order in which they end. `jobs` may be an
        iterator: the next job is asked for when a worker is free."""
        jobs, again, tries, busy = iter(jobs), [], {}, 0
        exhausted = False
        while True:
            for worker in self.workers:
                if worker.ready and worker.job is None:
                    entry = again.pop() if again else next(jobs, None)
                    if entry is None:
                        exhausted = True
                        break
                    worker.job, busy = entry, busy + 1
                    worker.deadline = time.monotonic() + self.patience
                    worker.channel.send_bytes(entry[1])
            if exhausted and not busy and not again:
                return
            for key, _ in self.selector.select(timeout=1.0):
                worker = key.data
                entry = worker.job
                try:
                    kind, *rest = worker.channel.receive()
                except (Closed, WireError, OSError):
                    kind, rest = "died", []
                if kind == "broken":
                    raise SandboxError(rest[0])
                if kind == "ready":
                    worker.ready = True
                elif kind == "result" and not rest[0]["failed"]:
                    worker.job, busy = None, busy - 1
                    yield entry[0], rest[0]
                else:
                    if kind == "died":
                        self.replace(worker)
                    worker.job = None
                    if entry is not None:
                        busy -= 1
                        tries[entry[0]] = tries.get(entry[0], 0) + 1
                        if tries[entry[0]] < 2:
                            again.append(entry)
                        else:
                            yield entry[0], rest[0] if rest else DIED
            for worker in list(self.workers):
                if worker.job is not None and time.monotonic() > worker.deadline:
                    worker.process.kill()  # the selector will see it

    def replace(self, worker):
        self.selector.unregister(worker.socket)
        self.workers.remove(worker)
        worker.close()
        self.add(worker.number)

    def close(self):
        for worker in self.workers:
            self.selector.unregister(worker.socket)
            worker.close()
        self.workers.clear()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
