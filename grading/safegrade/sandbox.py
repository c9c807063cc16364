"""Bubblewrap from outside: what the student's side may see, and the handle on it.

The sandbox has no network, and a read-only file system with this Python, its packages and /usr in it and
nothing else: no course directory, no gradebook, no other submission, no /proc. Bubblewrap itself runs once
a worker; each submission inside it gets namespaces and scratch space of its own (see confine.py).
"""

import functools
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

from .wire import Channel, channel_pair

START_LIMIT = 120  # seconds for the warm process to load its libraries
ANSWER_LIMIT = 20  # seconds for it to fork or to kill
FIRST_USER_ID, USER_IDS = 61000, 3000


class SandboxError(Exception):
    """The sandbox is not there, or broke down; a student's code cannot be the cause."""


@functools.cache
def why_not():
    """One line saying why this machine has no sandbox, or None."""
    if sys.platform != "linux":
        return f"the sandbox needs Linux, and this is {sys.platform}"
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed (Debian, Ubuntu: apt install bubblewrap)"
    import platform

    from .confine import MACHINES
    if platform.machine() not in MACHINES:
        return f"the sandbox knows no system-call numbers for {platform.machine()}"
    tried = subprocess.run([*bubblewrap(), *visible(), "--", sys.executable, "-I", "-c", "pass"],
                           env={}, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode:
        said = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
        return f"bubblewrap cannot make a sandbox here: {said}"
    return None


def defences(unsafe):
    """What stands between a student's code and this machine, in words."""
    if unsafe:
        return ["rlimits", "memory watch"]
    own_user = ["a user id a worker"] * (os.geteuid() == 0)
    return ["bubblewrap", "namespaces", "seccomp", *own_user, "rlimits", "memory watch"]


def bubblewrap():
    """The command without what is shown inside. As root the user id is dropped inside, submission by
    submission, because root's own id is exempt from the limit on processes."""
    root = os.geteuid() == 0
    rights = ["CAP_SYS_ADMIN", "CAP_SETPCAP", "CAP_KILL"] + ["CAP_SETUID", "CAP_SETGID", "CAP_CHOWN"] * root
    return [
        "bwrap", *([] if root else ["--unshare-user"]),
        "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
        *[word for right in rights for word in ("--cap-add", right)],
    ]


@functools.cache
def python_paths():
    """The folders that this Python and its packages live in, outer ones first, none of them the caller's."""
    asked = subprocess.run([sys.executable, "-I", "-c", "import sys; print('\\n'.join(sys.path))"],
                           capture_output=True, text=True, check=True)
    # an editable install may be a finder instead of a path: name this package itself
    found = {Path(__file__).parent, *map(Path, [sys.prefix, sys.base_prefix, *asked.stdout.splitlines()])}
    found = {path.absolute() for path in found if path.is_dir()}
    return sorted(found | {path.resolve() for path in found})


@functools.cache
def scratch():
    """Where a submission has its own empty space: /tmp, unless this Python or its packages live there."""
    return "/scratch" if any(Path("/tmp") in path.parents for path in python_paths()) else "/tmp"


def visible(covered=(), hidden=(), descriptors=None):
    """Bubblewrap's options for the file system.

    covered : folders that must not be seen even where they lie inside one that is (the course, say).
    hidden  : modules that cannot be imported; a file descriptor for each is added to `descriptors`.
    """
    shown = [Path("/usr")]
    options = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        place = Path("/") / name
        if place.is_symlink():
            options += ["--symlink", os.readlink(place), str(place)]
        elif place.is_dir():
            options += ["--ro-bind", str(place), str(place)]
    for name in ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives"):
        options += ["--ro-bind-try", name, name]
    covered = [folder for folder in (Path(name).resolve() for name in covered) if folder.is_dir()]
    inside = [path for path in python_paths() if any(folder in path.parents for folder in covered)]
    for path in python_paths():
        if not any(path == other or other in path.parents for other in shown):
            shown.append(path)
            options += [*_parents(path), "--ro-bind", str(path), str(path)]
    for folder in covered:
        if any(folder == path or path in folder.parents for path in shown):
            options += ["--perms", "0755", "--tmpfs", str(folder)]
    for path in inside:  # the environment may lie in the course's folder
        options += [*_parents(path), "--ro-bind", str(path), str(path)]
    for module in hidden:
        options += _withheld(module, descriptors)
    return [*options, "--dev", "/dev", "--tmpfs", scratch(), "--remount-ro", "/dev", "--remount-ro", "/"]


def _parents(path):
    """Options that make the folders above a path, so that others than their owner may pass."""
    outer_first = reversed(path.parents[:-1])
    return [word for parent in outer_first for word in ("--perms", "0755", "--dir", str(parent))]


def _withheld(module, descriptors):
    """Options that put a stub in a module's place, and nothing in the place of its compiled form."""
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.origin:
        return []
    said = f"{module} is withheld while this assignment is graded"
    stub = f'raise ModuleNotFoundError("{said}", name="{module}")\n'
    stubs = os.memfd_create("stub")
    os.write(stubs, stub.encode())
    os.lseek(stubs, 0, 0)
    descriptors.append(stubs)
    origin = Path(spec.origin)
    if spec.submodule_search_locations:
        return ["--perms", "0755", "--tmpfs", str(origin.parent),
                "--perms", "0444", "--ro-bind-data", str(stubs), str(origin),
                "--remount-ro", str(origin.parent)]
    options = ["--perms", "0444", "--ro-bind-data", str(stubs), str(origin)]
    for compiled in (origin.parent / "__pycache__").glob(f"{origin.stem}.*.pyc"):
        options += ["--ro-bind", os.devnull, str(compiled)]
    return options


class Sandbox:
    """One bubblewrap with the warm process in it, for one submission after another."""

    def __init__(self, limits, preload=(), hidden=(), covered=(), unsafe=False):
        self.unsafe, self.claim = unsafe, None
        reason = None if unsafe else why_not()
        if reason:
            raise SandboxError(f"no sandbox: {reason}")
        uid = os.geteuid()
        if uid == 0 and not unsafe:
            uid, self.claim = claim_user_id()
        ours, theirs = channel_pair()
        descriptors = [theirs.fileno()]
        environment = {
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin", "HOME": scratch(), "TMPDIR": scratch(),
            "USER": "student", "LANG": "C.UTF-8", "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "MPLCONFIGDIR": f"{scratch()}/matplotlib", "IPYTHONDIR": f"{scratch()}/ipython",
            "PYTHONDONTWRITEBYTECODE": "1", "NBGRADER_EXECUTION": "autograde",
            **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
        }
        command = [] if unsafe else [*bubblewrap(), *visible(covered, hidden, descriptors)]
        for name, value in [] if unsafe else environment.items():
            command += ["--setenv", name, value]
        command += [] if unsafe else ["--chdir", scratch(), "--"]
        command += [sys.executable, "-P", "-s", "-m", "safegrade.warm", str(theirs.fileno())]
        self.process = subprocess.Popen(
            command, env=environment if unsafe else {}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            pass_fds=descriptors)
        theirs.close()
        for descriptor in descriptors[1:]:
            os.close(descriptor)
        self.control = ours
        Channel(ours).send({
            "preload": list(preload), "hidden": list(hidden), "uid": uid, "unsafe": unsafe,
            "scratch": scratch(), **limits})

    def wait(self):
        """Until it is ready."""
        if self._read(1, START_LIMIT) != b"R":
            raise SandboxError("the sandbox did not start")

    def start(self):
        """Begin an attempt at a submission. Returns the socket to its student's side."""
        ours, theirs = channel_pair()
        socket.send_fds(self.control, [b"S"], [theirs.fileno()])
        theirs.close()
        if self._number() == 0:
            self.stop()
            raise SandboxError("the sandbox could not fork")
        return ours

    def submission(self, descendants):
        """Of the processes below this one's, nearest first, those of the submission, its process 1 first.
        Above it, one below the other, stand bubblewrap's own process 1, the warm process and the gate."""
        return descendants if self.unsafe else descendants[3:]

    def interrupt(self):
        """What Ctrl-C does."""
        self.control.sendall(b"I")

    def stop(self, ended=False):
        """Kill everything the attempt started. Returns the exit status that the student's process had.

        ended : whether it seems to have ended by itself, so that there is a reason worth waiting for.
        """
        self.control.sendall(b"E" if ended else b"K")
        return self._number()

    def close(self):
        self.control.close()
        try:
            os.kill(self.process.pid, signal.SIGKILL)  # and with it, its namespace
        except ProcessLookupError:
            pass
        self.process.wait()
        if self.claim:
            self.claim.close()

    def _number(self):
        return struct.unpack("<i", self._read(4, ANSWER_LIMIT))[0]

    def _read(self, count, seconds):
        self.control.settimeout(seconds)
        try:
            read = self.control.recv(count, socket.MSG_WAITALL)
        except OSError as error:
            raise SandboxError(f"the sandbox does not answer: {error}") from None
        if len(read) != count:
            raise SandboxError("the sandbox is gone")
        return read


def claim_user_id():
    """(uid, socket): a user id that no account has and no other worker of this machine, while the socket is
    open. The kernel counts a user's processes, so that two workers with one id would share a limit."""
    for uid in range(FIRST_USER_ID, FIRST_USER_ID + USER_IDS):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0safegrade-user-{uid}")  # in no file system, and gone with its holder
            pwd.getpwuid(uid)
        except OSError:  # another worker's
            pass
        except KeyError:
            return uid, claim
        claim.close()
    raise SandboxError("no unused user id left")
