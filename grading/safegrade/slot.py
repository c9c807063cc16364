"""A worker: one examiner at a time, one sandbox, one submission after another.

It knows nothing of the course directory or the gradebook. A job is plain data, and so is its result:

    job     cells       the notebook's code cells in order, each {"kind": "student" | "locked" | "test",
                        "source"}; of locked and test cells the source is the instructor's
            missing     sources of locked cells that are not in the notebook
            files       {path: bytes} that lie beside the notebook, on the student's side
            trusted_files  the instructor's among them, on the examiner's side
            time_limit, total_limit   seconds: a cell, the notebook
            memory      bytes a process
    result  cells       {place: (outputs, remark or None, whether it is a test that failed)}
            failed      None, or why the examination did not come to its end
            seconds, student_seconds
"""

import gc
import importlib
import os
import re
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import confine
from .examiner import TrustedShell, examine
from .names import is_python, names_bound, names_loaded
from .sandbox import Sandbox, SandboxError
from .wire import Channel, Closed, Late, WireError, channel_pair, decode

MAX_RESULT = 24 * 2**20  # bytes of outputs a notebook
RSS_CHECK = 0.25  # seconds between looks at how much memory a submission has


class HungUp(Exception):
    """Who gave the job is gone."""


class Slot:
    def __init__(self, settings, owner):
        """owner : the socket of who gives the jobs. When it closes, everything here ends."""
        self.settings, self.owner, self.sandbox = settings, owner, None
        self.open_sandbox()
        for module in settings["preload"]:  # while the sandbox loads the same
            try:
                importlib.import_module(module)
            except Exception:  # the cell that imports it will say so
                pass
        self.shell = TrustedShell()
        self.shell.warm_up()
        gc.freeze()
        self.settle()

    def open_sandbox(self):
        if self.sandbox is not None:
            self.sandbox.close()
        self.sandbox = None
        s = self.settings
        self.sandbox = Sandbox(s["limits"], s["preload"], s["hidden"], s["covered"], s["unsafe"])

    def settle(self):
        """Wait for the sandbox. Examiner and student wait for each other all the time: on one core neither has
        to be woken on another, which takes longer than most of what they say."""
        self.sandbox.wait()
        core = self.settings.get("core")
        if core is not None:
            for process in (0, self.sandbox.process.pid, *descendants(self.sandbox.process.pid)):
                try:
                    os.sched_setaffinity(process, {core})
                except OSError:  # gone, or not allowed: it is no more than a matter of speed
                    pass

    def run(self, job):
        result = {"cells": {}, "failed": "the examiner died", "seconds": 0.0, "student_seconds": 0.0}
        scratch = tempfile.mkdtemp(prefix="safegrade-")
        for cell in job["cells"]:
            if cell["kind"] != "student":  # once here, and not in every fork
                names_bound(cell["source"]), names_loaded(cell["source"]), is_python(cell["source"])
        try:
            self.write_files(job["trusted_files"], scratch)
            self.run_in(scratch, job, result)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        if result["failed"]:  # the sandbox may be in the middle of a sentence
            self.open_sandbox()
            self.settle()
        return result

    def write_files(self, files, folder):
        for path, content in files.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def run_in(self, scratch, job, result):
        """Examine a job in a fork of this process and collect what it says."""
        ours, theirs = channel_pair()
        child = os.fork()
        if child == 0:
            ours.close()
            self.examine(job, Channel(theirs), scratch)
        theirs.close()
        channel = Channel(ours)
        channel.deadline = time.monotonic() + job["total_limit"] + job["time_limit"] + 30
        watch = MemoryWatch(self.sandbox, job["memory"])
        try:
            size = 0
            while True:
                self.await_either(ours, channel.deadline)
                message = channel.receive_bytes()
                kind, *rest = decode(message)
                if kind == "end":
                    result.update(rest[0])
                    break
                place, outputs, remark, failed = rest
                size += len(message)
                if size > MAX_RESULT:  # a message of ours has a limit too; errors and results are scored
                    outputs = [o for o in outputs if o["output_type"] in ("error", "execute_result")][-3:]
                result["cells"][place] = (outputs, watch.remark() or remark, failed)
        except Late:
            result["failed"] = "the examiner did not end"
        except (Closed, WireError):
            pass
        finally:
            watch.stop()
            ours.close()
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

    def await_either(self, examiner, deadline):
        """Wait for the examiner; who gave the job says nothing meanwhile, unless it is gone."""
        poll = select.poll()
        poll.register(examiner, select.POLLIN)
        poll.register(self.owner, select.POLLIN)
        ready = poll.poll(1000 * max(0.0, deadline - time.monotonic()))
        if any(number == self.owner.fileno() for number, _ in ready):
            raise HungUp

    def examine(self, job, channel, scratch):
        """In a fork: examine one submission and go."""
        try:
            confine.die_with_parent()
            self.owner.close()
            os.chdir(scratch)
            sys.path.insert(0, scratch)
            report = {"failed": None, **examine(
                job, self.shell, self.sandbox, lambda *result: channel.send(("cell", *result)))}
        except SandboxError as error:
            report = {"failed": str(error)}
        except BaseException as error:
            report = {"failed": f"{type(error).__name__}: {error}"}
        finally:
            channel.send(("end", report))
            os._exit(0)


class MemoryWatch:
    """Kills a submission whose processes together hold more than they may. RLIMIT_DATA binds one process."""

    def __init__(self, sandbox, limit):
        self.sandbox, self.limit, self.killed = sandbox, limit + 2**29, False
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.ended.wait(RSS_CHECK):
            processes = self.sandbox.submission(descendants(self.sandbox.process.pid))
            # Forks share pages, which the quick count counts for each: a fork bomb is no memory bomb.
            if (sum(map(private_bytes, processes)) > self.limit
                    and sum(map(own_bytes, processes)) > self.limit):
                try:
                    os.kill(processes[0], signal.SIGKILL)  # process 1 of its namespace: all go with it
                    self.killed = True
                except OSError:
                    pass

    def remark(self):
        killed, self.killed = self.killed, False
        return "out of memory" if killed else None

    def stop(self):
        self.ended.set()
        self.thread.join()


def private_bytes(process):
    """What a process holds that is no file, shared or not; quick to find out."""
    try:
        size, shared = Path(f"/proc/{process}/statm").read_text().split()[1:3]
        return (int(size) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def own_bytes(process):
    """The same with every page divided among the processes that share it; the kernel has to walk them all."""
    try:
        found = re.search(r"^Pss_Anon: +(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.M)
        return int(found[1]) * 1024
    except (OSError, TypeError):  # not readable, or an old kernel
        return private_bytes(process)


def descendants(process):
    """The processes below one, nearest first."""
    found, at = [process], 0
    while at < len(found):
        try:
            for task in os.listdir(f"/proc/{found[at]}/task"):
                found += map(int, Path(f"/proc/{found[at]}/task/{task}/children").read_text().split())
        except (OSError, ValueError):
            pass
        at += 1
    return found[1:]


def main():
    owner = socket.socket(fileno=int(sys.argv[1]))
    channel = Channel(owner)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who gives the jobs, who will then be gone
    try:
        slot = Slot(channel.receive(), owner)
    except SandboxError as error:
        channel.send(("broken", str(error)))
        return
    try:
        channel.send(("ready",))
        while True:
            channel.send(("result", slot.run(channel.receive())))
    except (Closed, HungUp):
        pass
    except OSError as error:  # no room for a scratch folder, say: another worker would fare no better
        channel.send(("broken", f"the worker cannot work: {error}"))
    finally:
        slot.sandbox.close()


if __name__ == "__main__":
    main()
