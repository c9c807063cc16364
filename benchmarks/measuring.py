"""What the benchmarks share: the machine, a command or a call under the clock, and its peak memory (Linux)."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def machine(*packages):
    """What a reader needs to know of this machine and the packages, and how busy it was before."""
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "load before": round(os.getloadavg()[0], 1),
        "date": date.today().isoformat(),
    }


def described(where, cores=""):
    """The same as a line of text. `cores` says more of how the cores were used."""
    versions = "".join(f", {name} {number}" for name, number in where["versions"].items())
    counted = f"{where['cores']} core{'s' * (where['cores'] != 1)}{cores}"
    return (f"{where['processor']}, {counted}, {where['memory']}; {where['system']}, "
            f"Python {where['python']}{versions}; {where['date']}; load average before: {where['load before']}.")


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def cell(runs, name, digits):
    """The median of one measurement over all runs, with the range in brackets if there are several."""
    low, high = (f"{bound(run[name] for run in runs):,.{digits}f}" for bound in (min, max))
    return f"{median(runs, name):,.{digits}f}" + (f" ({low}–{high})" if len(runs) > 1 else "")


# --- A command --------------------------------------------------------------------------------------


def held(process):
    """Bytes held by `process` and everything below it, now, a shared page counted once (Linux's PSS)."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        except psutil.AccessDenied:             # a student's process, looked at by an ordinary user
            memory = member.memory_info()
            total += memory.rss - memory.shared
        except psutil.Error:                    # it ended while we were looking
            pass
    return total


def run(command, cores=None, every=0.1, **options):
    """Run `command`, on these cores only if given, looking at its memory `every` so many seconds.

    Returns ({"seconds", "megabytes", "own_seconds"}, what it printed); own_seconds is the processor time of
    the command's own process. Ends the program if the command fails. options go to Popen.
    """
    with tempfile.TemporaryFile(mode="w+") as output:
        start = time.perf_counter()
        process = psutil.Popen(
            command, **({"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT} | options))
        if cores:
            process.cpu_affinity(cores)
        peak, own, ended = 0, 0.0, threading.Event()

        def sample():
            nonlocal peak, own
            while not ended.wait(every):
                try:
                    peak, own = max(peak, held(process)), sum(process.cpu_times()[:2])
                except psutil.Error:
                    return

        sampler = threading.Thread(target=sample)
        sampler.start()
        code = process.wait()
        seconds = time.perf_counter() - start
        ended.set()
        sampler.join()
        output.seek(0)
        printed = output.read()
    if code:
        sys.exit(f"{' '.join(map(str, command))} ended with code {code}:\n{printed[-4000:]}")
    return {"seconds": seconds, "megabytes": peak / 2**20, "own_seconds": own}, printed


def child(script, *one, threads=1):
    """What `script --one ...` prints as JSON, run with so many threads of linear algebra in a process of its
    own, so that its peak memory is its own too."""
    done = subprocess.run(
        [sys.executable, script, "--one", *map(str, one)], env=os.environ | dict.fromkeys(THREADS, str(threads)),
        capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"{', '.join(map(str, one))} failed:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


# --- A call -----------------------------------------------------------------------------------------


def clocked(call, *arguments):
    """(seconds on the clock, seconds of processor time) of a call as an array, and what it returns."""
    clocks = (time.perf_counter, time.process_time)
    begun = [clock() for clock in clocks]
    returned = call(*arguments)
    return np.array([clock() - start for clock, start in zip(clocks, begun)]), returned


def memory():
    """(resident, peak resident) memory of this process in MiB."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return [int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]


def forget_peak():
    """Let the peak start again from what is held now, which is returned."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory()[0]
