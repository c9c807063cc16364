"""Workers on this machine: separate processes that turn jobs into results (see slot.py).

Any engine that runs jobs has one method, `run`; far.py has another one. A worker that dies is replaced, and
its job tried once more; the second time it is reported.
"""

import os
import selectors
import signal
import subprocess
import sys
import time

from .sandbox import SandboxError, defences
from .wire import Channel, Closed, Late, WireError, channel_pair

THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
TRIES = 2  # of a job
DIED = {"cells": {}, "failed": "the worker died", "seconds": 0.0, "student_seconds": 0.0}


class Worker:
    """A process that runs one job after another."""

    PROGRAM = ["-m", "safegrade.slot"]

    def __init__(self, settings):
        """settings : see course.py; with "core", the core that it keeps to."""
        self.settings = settings
        ours, theirs = channel_pair()
        environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                       **{f"{library}_NUM_THREADS": "1" for library in THREADS}}
        self.process = subprocess.Popen(
            [sys.executable, "-P", *self.PROGRAM, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment)
        theirs.close()
        self.socket, self.channel, self.ready = ours, Channel(ours), False
        self.deadline = None  # of the job that it works on
        try:
            self.channel.send(settings)
        except Closed:  # the next `hear` will tell
            pass

    def begin(self, job, patience):
        """Give it a job, as bytes."""
        self.deadline = time.monotonic() + patience
        try:
            self.channel.send_bytes(job)
        except Closed:
            pass

    def hear(self):
        """Wait for what it has to say: ready, or a result of its job; None if it has died. SandboxError where
        another worker would do no better."""
        try:
            kind, *rest = self.channel.receive()
        except (Closed, Late, WireError):
            return None
        if kind == "broken":
            raise SandboxError(rest[0])
        if kind == "ready":
            self.ready = True
            return kind
        return rest[0]

    def close(self):
        self.socket.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


class Pool:
    """A fixed number of workers."""

    def __init__(self, workers, settings, patience):
        """patience : seconds after which a worker with a job counts as dead; more than a job may take."""
        self.patience, self.selector = patience, selectors.DefaultSelector()
        self.workers, self.stillborn, self.defences = [], 0, defences(settings["unsafe"])
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        for place in range(workers):
            # a worker for every core keeps to it; fewer or more of them the kernel moves better
            self.add({**settings, "core": cores[place] if len(cores) == workers > 1 else None})

    def add(self, settings):
        worker = Worker(settings)
        self.workers.append(worker)
        self.selector.register(worker.socket, selectors.EVENT_READ, worker)

    def run(self, jobs):
        """Yield (key, result) for every (key, encoded job), in the order in which they end. `jobs` may be an
        iterator: the next job is asked for when a worker is free."""
        jobs, again, tries, doing = iter(jobs), [], {}, {}
        exhausted = False
        while True:
            for worker in self.workers:
                if worker.ready and worker not in doing and not (exhausted and not again):
                    entry = again.pop() if again else next(jobs, None)
                    if entry is None:
                        exhausted = True
                        break
                    doing[worker] = entry
                    worker.begin(entry[1], self.patience)
            if exhausted and not doing and not again:
                return
            for event, _ in self.selector.select(timeout=1.0):
                worker = event.data
                result = worker.hear()
                if result == "ready":
                    continue
                if result is None:
                    self.replace(worker)
                    result = DIED
                if worker not in doing:
                    self.count_deaths()
                    continue
                key, job = doing.pop(worker)
                tries[key] = tries.get(key, 0) + 1
                if result["failed"] and tries[key] < TRIES:
                    again.append((key, job))
                else:
                    yield key, result
            for worker in doing:
                if time.monotonic() > worker.deadline:
                    worker.process.kill()  # the selector will see it

    def count_deaths(self):
        """Workers that die before they have anything to do would be replaced for ever."""
        self.stillborn += 1
        if self.stillborn > 3 * len(self.workers):
            raise SandboxError("the workers die before they have begun")

    def replace(self, worker):
        self.selector.unregister(worker.socket)
        self.workers.remove(worker)
        worker.close()
        self.add(worker.settings)

    def close(self):
        for worker in self.workers:
            self.selector.unregister(worker.socket)
            worker.close()
        self.workers.clear()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
