"""What runs of this package on a Dask worker: a job in, a result out, both as bytes.

No student's process is ever forked from a Dask worker, which has threads. It starts safegrade.slot, as a
grader does on its own machine (pool.py), one for each thread that has a job, and keeps it warm for the next.
"""

import functools
import hashlib
import os
import socket
import threading
import time
from importlib.metadata import version
from pathlib import Path

from . import sandbox
from .pool import DIED, Worker
from .sandbox import SandboxError
from .wire import decode, encode

START_LIMIT = 300  # seconds for a worker to load its libraries

MAX_IDLE = 2 * (os.cpu_count() or 1)  # workers of other runs are kept too: two graders may share a cluster

_idle, _lock = [], threading.Lock()  # [(settings, Worker)], the one that was used last at the end


@functools.cache
def release():
    """This package's version, and eight hexadecimal digits that change with any of its modules: two sides
    that differ would give different marks, or not understand each other."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in modules))
    return f"{version('safegrade')}+{digest.hexdigest()[:8]}"


def about(unsafe):
    """What a grader wants to know of this machine before it sends work here."""
    return {"release": release(), "lacks": None if unsafe else sandbox.why_not(),
            "defences": sandbox.defences(unsafe)}


def run_job(job, settings, patience, wanted):
    """The result of one job, as bytes.

    settings : the worker's (see course.py), as bytes.
    patience : seconds after which a worker with a job counts as dead.
    wanted   : the release of the package that the grader has.
    """
    if release() != wanted:
        raise SandboxError(
            f"the worker on {socket.gethostname()} has safegrade {release()}, and this is {wanted}")
    try:
        worker = _ready_worker(settings)
        worker.begin(job, patience)
        worker.channel.deadline = worker.deadline
        result = worker.hear()
    except SandboxError as error:
        raise SandboxError(f"{error} (worker on {socket.gethostname()})") from None
    if result is None:
        _end(worker)
        return encode(DIED)
    worker.channel.deadline = None
    with _lock:
        _idle.append((settings, worker))
        superfluous = _idle[:-MAX_IDLE]
        del _idle[:-MAX_IDLE]
    for _, worker in superfluous:
        _end(worker)
    return encode(result)


def end_idle(settings):
    """End the workers of a run that is over."""
    with _lock:
        ended = [worker for kept, worker in _idle if kept == settings]
        _idle[:] = [entry for entry in _idle if entry[0] != settings]
    for worker in ended:
        _end(worker)


def _ready_worker(settings):
    """One that waits and has these settings, or a new one."""
    with _lock:
        fitting = [entry for entry in _idle if entry[0] == settings]
        if fitting:
            _idle.remove(fitting[-1])
    if fitting:
        worker = fitting[-1][1]
        if worker.process.poll() is None:
            return worker
        _end(worker)
    worker = Worker(decode(settings))
    worker.channel.deadline = time.monotonic() + START_LIMIT
    try:
        said = worker.hear()
    except SandboxError:
        _end(worker)
        raise
    if said != "ready":
        _end(worker)
        raise SandboxError("a worker process does not start")
    return worker


def _end(worker):
    worker.process.kill()
    worker.close()

