"""Workers anywhere: the jobs of a run on a Dask scheduler (https://distributed.dask.org).

The workers see jobs, which are bytes, and never the course directory or the gradebook. This process sends
no more jobs than keep them busy, and takes results as they come. Dask itself gives the job of a worker that
is gone to another; a job that goes down with one worker after another is reported.

Whoever can speak to a Dask scheduler can run code on its workers, and on the machine that grades: outside a
network of your own use TLS, which Dask's own configuration sets up (distributed.comm.tls).
"""

import contextlib
import logging
import queue
import tempfile
import time
import warnings

from . import remote
from .pool import DIED, TRIES
from .sandbox import SandboxError
from .wire import decode, encode

CONNECT_LIMIT = 15  # seconds for the scheduler to answer at the start
LOST_LIMIT = 30  # seconds without a word from the scheduler
AHEAD = 2  # jobs sent for each thread of a worker: one that runs, one that waits


class ClusterError(SandboxError):
    """The scheduler or its workers cannot do what is asked."""


class Cluster:
    """The workers of a Dask scheduler, for one run."""

    def __init__(self, address, settings, patience, worker_patience, local_workers):
        """address         : of the scheduler; "local" starts one here, with `local_workers` processes.
        worker_patience : seconds to wait for the first worker, or for one to come back."""
        try:
            import dask
            from distributed import Client
        except ImportError:
            raise ClusterError("--scheduler needs Dask: pip install dask distributed") from None

        self.settings, self.patience, self.worker_patience = settings, patience, worker_patience
        self.ended = contextlib.ExitStack()  # what is closed at the end
        self.address, self.last_word = address, time.monotonic()
        self.count, self.counted = 0, 0.0  # of threads, and when
        for name in list(logging.root.manager.loggerDict):  # what matters is said in one line, here
            if name.split(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", module="distributed")
        try:
            limit = {"distributed.comm.timeouts.connect": f"{CONNECT_LIMIT}s"}
            self.ended.enter_context(dask.config.set(limit))
            if address == "local":
                address = self.start_here(local_workers)
            try:
                client = Client(address, timeout=CONNECT_LIMIT, set_as_default=False)
            except (OSError, ValueError, RuntimeError) as error:
                raise ClusterError(
                    f"no Dask scheduler answers at {self.address} ({_first_line(error)})") from None
            self.client = self.ended.enter_context(client)
            self.await_workers()
            self.defences = self.check_workers()
        except BaseException:
            self.ended.close()
            raise

    def start_here(self, workers):
        """A scheduler of our own that nobody on another machine can reach. Returns its address."""
        from distributed import LocalCluster

        folder = self.ended.enter_context(tempfile.TemporaryDirectory(prefix="safegrade-dask-"))
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", scheduler_port=0,
            dashboard_address=None, silence_logs=logging.CRITICAL, local_directory=folder, memory_limit=0)
        return self.ended.enter_context(cluster).scheduler_address

    def await_workers(self):
        until = time.monotonic() + self.worker_patience
        while not self.threads():
            if time.monotonic() > until:
                raise ClusterError(f"no worker has joined the scheduler at {self.address} "
                                   f"in {self.worker_patience:g} s (c.SafeGrade.worker_patience)")
            time.sleep(0.2)

    def check_workers(self):
        """Whether every worker can grade. Returns what defends them."""
        unsafe = self.settings["unsafe"]

        def look():  # sent by its code: the package may not be there
            try:
                from safegrade.remote import about
            except ImportError as error:
                return {"lacks": f"safegrade cannot be imported there: {error}", "release": None}
            return about(unsafe)

        found = self.client.run(look, on_error="return")
        for worker, about in sorted(found.items()):
            if not isinstance(about, dict):
                raise ClusterError(f"the worker at {worker} cannot be asked: {type(about).__name__}: {about}")
            if about["lacks"]:
                raise ClusterError(f"the worker at {worker} cannot grade: {about['lacks']}")
            if about["release"] != remote.release():
                raise ClusterError(f"the worker at {worker} has safegrade {about['release']}, "
                                   f"and this is {remote.release()}")
        return [*next(iter(found.values()))["defences"], f"Dask workers: {len(found)}"]

    def threads(self):
        """How many jobs the workers can run at a time, as of a second ago."""
        if time.monotonic() > self.counted + 1.0 and self.client.status == "running":
            try:
                workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
            except (OSError, RuntimeError):  # the connection has just broken; `check` will see to it
                return self.count
            self.count, self.counted = sum(worker["nthreads"] for worker in workers), time.monotonic()
        return self.count

    # ------------------------------------------------------------------ jobs

    def run(self, jobs):
        """Yield (key, result) for every (key, encoded job), in the order in which they end."""
        jobs, settings = iter(jobs), encode(self.settings)
        sent, ended, tries = {}, queue.SimpleQueue(), {}

        def send(key, job):
            try:
                future = self.client.submit(
                    remote.run_job, job, settings, self.patience, remote.release(), pure=False)
            except (OSError, RuntimeError):
                raise self.gone() from None
            sent[future.key] = future, key, job
            future.add_done_callback(lambda future: ended.put(future.key))

        exhausted = False
        while True:
            while not exhausted and len(sent) < max(2, AHEAD * self.threads()):
                entry = next(jobs, None)
                if entry is None:
                    exhausted = True
                else:
                    send(*entry)
            if not sent:
                return
            try:
                future, key, job = sent.pop(ended.get(timeout=1.0))
            except queue.Empty:
                self.check()
                continue
            result = self.result_of(future)
            del future  # the scheduler forgets it too
            tries[key] = tries.get(key, 0) + 1
            if result["failed"] and result is not DIED and tries[key] < TRIES:
                send(key, job)
            else:
                tries.pop(key)
                yield key, result

    def result_of(self, future):
        from distributed import CancelledError, KilledWorker
        from distributed.client import FuturesCancelledError
        from distributed.comm import CommClosedError

        while True:
            try:
                return decode(future.result(timeout=5.0))
            except TimeoutError:  # the worker that had it is gone, and it is made again
                self.check()
            except KilledWorker:  # Dask has tried it on several
                return DIED
            except (CancelledError, FuturesCancelledError, CommClosedError):
                raise self.gone() from None
            except SandboxError:
                raise
            except Exception as error:
                said = f"{type(error).__name__}: {_first_line(error)}"
                raise ClusterError(f"a worker cannot grade: {said}") from None

    def check(self):
        """Raise ClusterError if nobody is there who could still send results."""
        if self.client.status != "running" and time.monotonic() > self.last_word + LOST_LIMIT:
            raise self.gone()
        if self.client.status == "running":
            self.last_word = time.monotonic()
            if not self.threads():
                self.await_workers()

    def gone(self):
        return ClusterError(f"the scheduler at {self.address} is gone")

    def close(self):
        try:
            if self.client.status == "running":
                self.client.run(remote.end_idle, encode(self.settings), on_error="ignore")
        except (OSError, RuntimeError):  # then they end with their Dask worker
            pass
        self.ended.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def _first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
