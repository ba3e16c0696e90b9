"""Linux system calls missing from Python's standard library. Each raises OSError on failure. Policy is left to the
callers.
"""

import ctypes
import errno
import itertools
import os
import sys

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_NOATIME = 0x400
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 0x2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
_PR_CAPBSET_DROP = 24
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

_M_ARENA_MAX = -8

# These numbers are the same on every architecture.
_SYS_PIDFD_OPEN = 434
_SYS_MOUNT_SETATTR = 442
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_MOUNT_ATTR_RDONLY = 0x1
_MOUNT_ATTR_NOSUID_NODEV = 0x2 | 0x4
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]


def argument_memory():
    """Returns the (address, length) of this process's arguments: the kernel's and Python's copies. Reads /proc."""
    with open("/proc/self/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    start, end = (int(fields[number - 3]) for number in (48, 49))  # see proc_pid_stat(5); the second field is before the parenthesis
    count, values = ctypes.c_int(), ctypes.POINTER(ctypes.c_void_p)()
    ctypes.pythonapi.Py_GetArgcArgv(ctypes.byref(count), ctypes.byref(values))
    copies = [(values[at], len(ctypes.wstring_at(values[at])) * ctypes.sizeof(ctypes.c_wchar)) for at in range(count.value)]
    return [(start, end - start), *copies]


def forget_arguments(places):
    """Overwrites this process's arguments at the given locations."""
    sys.argv, sys.orig_argv = [""], [""]
    for address, length in places:
        ctypes.memset(address, 0, length)


def _check(result, path=None):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), path)


def _bytes(text):
    return None if text is None else os.fsencode(text)


def unshare(flags):
    _check(_libc.unshare(ctypes.c_int(flags)))


def mount(source, target, kind, flags, data=None):
    mounted = _libc.mount(_bytes(source), _bytes(target), _bytes(kind), ctypes.c_ulong(flags), _bytes(data))
    _check(mounted, source if flags & MS_BIND else target)


def unmount(target):
    _check(_libc.umount2(_bytes(target), ctypes.c_int(MNT_DETACH)))


def restrict_tree(target, read_only):
    """Disables setuid and device files, and with `read_only` also writes, for a mount and all mounts below it (Linux
    5.12).
    """
    attr = _MountAttr(_MOUNT_ATTR_NOSUID_NODEV | (_MOUNT_ATTR_RDONLY if read_only else 0), 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attr))
    number, folder, flags = ctypes.c_long(_SYS_MOUNT_SETATTR), ctypes.c_int(_AT_FDCWD), ctypes.c_uint(_AT_RECURSIVE)
    _check(_libc.syscall(number, folder, _bytes(target), flags, ctypes.byref(attr), size))


def pivot_root(new_root):
    """Makes `new_root` the root file system and unmounts the old one."""
    os.chdir(new_root)
    _check(_libc.pivot_root(b".", b"."))
    unmount(".")
    os.chdir("/")


def prctl(option, value):
    zero = ctypes.c_ulong(0)
    _check(_libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero))


def system_call(number, *arguments):
    """Makes a system call that libc doesn't wrap. Arguments are integers or pointers. Returns the call's result."""
    result = _libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        _check(result)
    return result


def share_heap():
    """Makes all threads allocate from one heap. glibc reserves 64 MiB of address space for each additional heap; other
    C libraries have none.
    """
    mallopt = getattr(_libc, "mallopt", None)
    if mallopt is not None:
        mallopt(ctypes.c_int(_M_ARENA_MAX), ctypes.c_int(1))


def pidfd_open(pid):
    """Python lacks its own function if it was built with an older libc, as standalone builds are."""
    return system_call(_SYS_PIDFD_OPEN, pid, 0)


def drop_bounding_set(kept=()):
    """Removes all other capabilities from the bounding set, so that no program can restore them. Requires CAP_SETPCAP.
    """
    for capability in itertools.count():
        if capability in kept:
            continue
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL and capability > 0:  # the kernel has no more capabilities
                return
            raise


def drop_capabilities():
    """Empties the effective, permitted, inheritable and ambient sets."""
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, nothing))
