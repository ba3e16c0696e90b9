"""The plugin that the builder runs to test a sandbox before trusting it. It reports what a plugin could reach, and
changes nothing.

builder/server/probe/probe.ts sends the attempts and judges the report.
"""

import ctypes
import decimal  # noqa: F401  (loaded from disk here, so the plugin's user must be able to read the standard library)
import errno
import os
import socket
import sys

_PR_GET_NO_NEW_PRIVS = 39
_PR_CAPBSET_READ = 23
_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES = 64
_NO_FLAGS = 0x1
_AF_NETLINK = 16

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class RealtimeHandler:
    def predict(self, request):
        return {
            "connects": _connects(request["port"]),
            "sees": os.path.lexists(request["shared"]),
            "opens": _opens(request["shared"], os.O_RDONLY),
            "reads": _opens(request["secret"], os.O_RDONLY),
            "writes": any(_writes(path) for path in ("/", "/usr", os.path.dirname(__file__), os.path.dirname(request["shared"]))),
            "processes": _others(),
            "builder": _signal(request["builder"]),
            "environment": sorted(os.environ),
            "root": os.getuid() == 0,
            "gains": _gains_privileges(),
            "bounds": _bounding_set(),
            "calls": _forbidden_calls(),
        }


def _connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def _opens(path, flags):
    try:
        os.close(os.open(path, flags))
    except OSError:
        return False
    return True


def _writes(folder):
    """Creates an unnamed file, which leaves nothing behind."""
    return _opens(folder, os.O_TMPFILE | os.O_WRONLY) if hasattr(os, "O_TMPFILE") else os.access(folder, os.W_OK)


def _others():
    """Counts other processes: a sandbox has only this one and PID 1."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return 0
    return len({int(name) for name in names if name.isdigit()} - {1, os.getpid()})


def _signal(pid):
    """Checks permission without sending a signal. PIDs 1 and 2 may be processes in the sandbox."""
    if pid <= 2:
        return "absent"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "absent"
    except OSError:
        return "refused"
    return "allowed"


def _gains_privileges():
    """Returns whether this process has a capability, or could gain one by starting a program. Asks the kernel, because
    /proc may be inaccessible.
    """
    if _libc is None:
        return False
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    return _libc.capget(header, sets) != 0 or any(sets) or _libc.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1


def _bounding_set():
    if _libc is None:
        return False
    return any(_libc.prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) == 1 for capability in range(_CAPABILITIES))


def _forbidden_calls():
    """Returns the names of the calls that weren't refused."""
    if _libc is None:
        return []
    calls = []
    # A kernel without the filter rejects the flags as invalid before it looks at anything else.
    ctypes.set_errno(0)
    _libc.unshare(_NO_FLAGS)
    if ctypes.get_errno() != errno.EPERM:
        calls.append("unshare")
    try:
        socket.socket(_AF_NETLINK, socket.SOCK_RAW, 0).close()
        calls.append("socket")
    except OSError:
        pass
    return calls
