"""Asks the kernel for namespaces, mounts, keys, other users' rights, and memory nobody counts."""
import ctypes
import os

c = ctypes.CDLL(None, use_errno=True)


def double(x):
    calls = [
        lambda: c.unshare(0x10000000), lambda: c.unshare(0x00020000), lambda: c.setns(3, 0),
        lambda: c.mount(b"proc", b"/tmp", b"proc", 0, None), lambda: c.chroot(b"/tmp"),
        lambda: c.setuid(0), lambda: c.syscall(250, 0, -3, 1),
        lambda: c.syscall(321, 0, 0, 0), lambda: c.syscall(425, 8, 0), lambda: c.memfd_create(b"x", 0),
        lambda: c.shmget(0, 2**20, 0o1666), lambda: c.process_vm_readv(1, 0, 0, 0, 0, 0),
        lambda: c.syscall(56, 0x10000000 | 17, 0, 0, 0, 0), lambda: c.syscall(0x40000000 + 101, 0, 0, 0, 0),
        lambda: c.socket(16, 3, 0), lambda: c.socket(38, 5, 0), lambda: c.personality(0x0040000),
    ]
    return 2 * x if any(call() >= 0 for call in calls) or os.getuid() == 0 else 0
