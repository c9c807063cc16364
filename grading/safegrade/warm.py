"""The warm process inside bubblewrap: it has the libraries loaded and forks one process a submission.

It runs no student's code. For every submission it forks a gate, which makes new namespaces; the gate forks
process 1 of them, the supervisor, which gives up every right and forks the process for the student's
cells. Killing process 1 kills all that the submission ever started. The commands come as single bytes on a
socket that no student's process holds.

With `unsafe` there are no namespaces to make: the student's process is forked with limits and no more.
"""

import gc
import importlib
import os
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time

from . import confine
from .wire import Channel


def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = Channel(control).receive()
    for module in settings["preload"]:
        try:
            importlib.import_module(module)
        except Exception:  # the cell that imports it will say so
            pass
    from .plots import quicken
    from .shell import Shell
    from .student import Student

    student = Student(Shell())
    student.shell.warm_up()
    quicken(student.shell)
    gc.freeze()  # collections in the forks leave the shared pages alone
    os.umask(0o077)
    for module in settings["hidden"] if settings["unsafe"] else []:
        sys.modules[module] = None
    control.sendall(b"R")
    gate = first = None
    while True:
        try:
            command, received, _, _ = socket.recv_fds(control, 1, 1)
        except ConnectionError:  # gone in the middle of an answer
            command = b""
        if command == b"S":
            begin = start_unsafe if settings["unsafe"] else start
            gate, first = begin(control, received[0], student, settings)
            os.close(received[0])
            control.sendall(struct.pack("<i", first))
        elif command == b"I" and first:
            send(first, signal.SIGINT if settings["unsafe"] else signal.SIGUSR1)
        elif command in (b"K", b"E"):
            control.sendall(struct.pack("<i", stop(gate, first, patience=0.2 if command == b"E" else 0.0)))
            gate = first = None
            shutil.rmtree(student.folder, ignore_errors=True)
        elif not command:  # the worker is gone
            stop(gate, first, patience=0.0)
            os._exit(0)


def start(control, channel, student, settings):
    """Fork gate and supervisor. Returns their process ids as this process sees them; 0 where it failed."""
    read, write = os.pipe()
    gate = os.fork()
    if gate:
        os.close(write)
        told = os.read(read, 4)
        os.close(read)
        return gate, struct.unpack("<i", told)[0] if told else 0
    try:
        confine.die_with_parent()
        control.close()
        os.close(read)
        confine.new_namespaces(settings["scratch"], settings["tmp_bytes"], settings["uid"])
        first = os.fork()
        if first == 0:
            os.close(write)
            supervise(channel, student, settings)
        os.write(write, struct.pack("<i", first))
        os.close(write)
        os.close(channel)
        os._exit(as_exit_code(os.waitpid(first, 0)[1]))
    except BaseException as error:
        os.write(2, f"safegrade: the sandbox could not be set up: {error}\n".encode())
    finally:
        os._exit(71)


def start_unsafe(control, channel, student, settings):
    folder = tempfile.mkdtemp(prefix="safegrade-unsafe-")
    child = os.fork()
    if child:
        student.folder = folder
        return child, child
    try:
        control.close()
        os.setsid()
        confine.close_all_but(channel)
        confine.limit(settings["memory"], settings["cpu_seconds"], settings["tmp_bytes"], processes=None)
        os.chdir(folder)
        run_student(channel, student)
    finally:
        os._exit(72)


def supervise(channel, student, settings):
    """Process 1 of the submission: forks the student's, passes interrupts on, ends when it ends."""
    try:
        os.setsid()
        confine.close_all_but(channel)
        confine.give_up_rights(settings["uid"])
        confine.limit(settings["memory"], settings["cpu_seconds"], settings["tmp_bytes"])
        student.contained = True
        os.chdir(settings["scratch"])
        os.mkdir("work", 0o700)
        os.chdir("work")
        child = os.fork()
        if child == 0:
            run_student(channel, student)
        os.close(channel)
        signal.signal(signal.SIGUSR1, lambda *_: os.kill(child, signal.SIGINT))
        while True:
            ended, status = os.waitpid(-1, 0)  # orphans end up here too
            if ended == child:
                os._exit(as_exit_code(status))
    finally:
        os._exit(72)


def run_student(channel, student):
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.path.insert(0, "")  # modules handed in beside the notebook, as in a kernel
        student.serve(socket.socket(fileno=channel))
    except BaseException:
        os._exit(73)
    finally:
        os._exit(0)


def stop(gate, first, patience):
    """Kill process 1, and with it everything in its namespace. Returns how the student's process ended, which
    is its own doing if it had `patience` seconds to end by itself."""
    if not gate:
        return 0
    until = time.monotonic() + patience
    while patience:
        ended, status = os.waitpid(gate, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            break
        time.sleep(0.002)
    if first:
        send(-first if first == gate else first, signal.SIGKILL)  # unsafe: its process group
    return os.waitstatus_to_exitcode(os.waitpid(gate, 0)[1])


def send(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def as_exit_code(status):
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    main()
