"""What a process does to itself, inside bubblewrap, before it becomes a student's. Linux calls by ctypes.

Bubblewrap has already taken the network and shown a read-only system with nothing of the course in it.
Each submission gets from here: its own process and IPC namespace, fresh empty /tmp and /dev/shm, an unused
user id, no capability, limits on memory, processes, files and processor time, and a system-call filter.
"""

import ctypes
import os
import platform
import resource
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
CLONE_NEW_ANY = 0x7E020080  # every namespace
MS_NOSUID, MS_NODEV, MS_PRIVATE_EVERYWHERE = 2, 4, 0x4000 | 0x40000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
EPERM, ENOSYS = 1, 38

# Calls that no exercise needs: into other processes, namespaces, mounts, keys, the kernel's insides, and
# the kinds of memory that neither RLIMIT_DATA nor the size of /tmp counts. (x86_64, aarch64)
DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "personality": (135, 92), "unshare": (272, 97), "setns": (308, 268),
    "chroot": (161, 51), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_setup": (206, 0),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60),
    "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180),
}
MACHINES = {  # the audit number of the architecture, the column above, and the calls that are looked into
    "x86_64": (0xC000003E, 0, {"clone": 56, "clone3": 435, "socket": 41}),
    "aarch64": (0xC00000B7, 1, {"clone": 220, "clone3": 435, "socket": 198}),
}
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10  # the network namespace is empty; other families reach around it


def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def die_with_parent():
    if sys.platform == "linux":
        call("prctl", PR_SET_PDEATHSIG, 9, 0, 0, 0)


def new_namespaces(scratch, tmp_bytes, uid):
    """Leave the caller's process and IPC namespaces (for its next child) and give it empty scratch space."""
    call("unshare", CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC)
    call("mount", None, b"/", None, MS_PRIVATE_EVERYWHERE, None)
    for place, size in [(os.fsencode(scratch), tmp_bytes), (b"/dev/shm", 2**24)]:
        options = f"size={size},nr_inodes=20000,mode=700,uid={uid},gid={uid}".encode()
        call("mount", b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, options)


def close_all_but(kept):
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.dup2(0, 2)
    os.closerange(3, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def limit(memory, cpu_seconds, file_bytes, processes=64, files=128):
    """Limits that the kernel keeps for this process and what it starts. `memory` is bytes a process."""
    for name, value in [
        ("DATA", memory), ("AS", memory + 4 * 2**30), ("CPU", cpu_seconds), ("FSIZE", file_bytes),
        ("NPROC", processes), ("NOFILE", files), ("CORE", 0), ("MEMLOCK", 2**16), ("MSGQUEUE", 0),
    ]:
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is None or value is None:  # not on every system; not wanted
            continue
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (value, value))


def give_up_rights(uid):
    """No way back from here: an unused user id when root, no capability, and the system-call filter."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails beyond the last one there is
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header, nothing = struct.pack("<Ii", 0x20080522, 0), bytes(24)
    call("capset", header, nothing)
    call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    filter_system_calls()


def filter_system_calls():
    program = system_call_filter()
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    call("prctl", PR_SET_SECCOMP, 2, head, 0, 0)


def system_call_filter():
    """A classic BPF program over struct seccomp_data: number at 0, architecture at 4, arguments from 16."""
    architecture, column, watched = MACHINES[platform.machine()]
    load, jump_equal, jump_at_least, jump_set, leave = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, unknown, kill = 0x7FFF0000, 0x00050000 | EPERM, 0x00050000 | ENOSYS, 0x80000000
    program = [
        (load, 0, 0, 4), (jump_equal, 1, 0, architecture), (leave, 0, 0, kill),
        # calls of other numberings (x32) go past a list of numbers
        (load, 0, 0, 0), (jump_at_least, 0, 1, 0x40000000), (leave, 0, 0, unknown),
        # clone3 hides its flags in memory; the C library falls back to clone
        (jump_equal, 0, 1, watched["clone3"]), (leave, 0, 0, unknown),
        (jump_equal, 0, 4, watched["clone"]),
        (load, 0, 0, 16), (jump_set, 0, 1, CLONE_NEW_ANY), (leave, 0, 0, refuse), (leave, 0, 0, allow),
        (jump_equal, 0, 6, watched["socket"]), (load, 0, 0, 16), (jump_equal, 3, 0, AF_UNIX),
        (jump_equal, 2, 0, AF_INET), (jump_equal, 1, 0, AF_INET6),
        (leave, 0, 0, refuse), (leave, 0, 0, allow),
    ]
    for numbers in DENIED.values():
        if numbers[column] or column == 0:
            program += [(jump_equal, 0, 1, numbers[column]), (leave, 0, 0, refuse)]
    program.append((leave, 0, 0, allow))
    return b"".join(struct.pack("<HBBI", *step) for step in program)
