"""Restricts this process's access to files and sockets with Landlock (Linux 5.13). Needs no privilege and no
namespaces.

Only listed paths can be opened, so /proc is inaccessible. Names and attributes of other files stay visible to
`stat`, and the user may still change its own files by path (`chmod`). If the user is the builder's own,
system_calls.py refuses those calls.
"""

import ctypes
import os
import stat

from slipway_host import linux

# These numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK, _TRUNCATE, _IOCTL_DEV = 1 << 6, 1 << 11, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_TCP = 1 << 0 | 1 << 1  # bind, connect
_SCOPES = 1 << 0 | 1 << 1  # abstract Unix sockets, signals

# The number of file access rights in each ABI version.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6

_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scopes")]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version():
    """Returns the ABI version. Raises OSError if the kernel doesn't offer Landlock."""
    try:
        return linux.system_call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError as error:
        raise OSError(error.errno, f"the kernel has no Landlock: {error.strerror}") from error


def confines_signals():
    return version() >= _SCOPES_SINCE


def restrict(read_only, writable):
    """Restricts this thread, and the processes and threads it starts from now on. Requires no_new_privs."""
    known = version()
    rights = (1 << _RIGHTS.get(known, 16)) - 1
    ruleset = _Ruleset(rights, _TCP if known >= _NETWORK_SINCE else 0, _SCOPES if known >= _SCOPES_SINCE else 0)
    size = 24 if known >= _SCOPES_SINCE else 16 if known >= _NETWORK_SINCE else 8
    handle = linux.system_call(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    try:
        for path in read_only:
            _allow(handle, path, rights & _READ)
        for path in writable:
            _allow(handle, path, rights & ~(_MAKE_CHAR | _MAKE_BLOCK))
        for path in _DEVICES:
            _allow(handle, path, rights & (_READ_FILE | _WRITE_FILE))
        linux.system_call(_RESTRICT_SELF, handle, 0)
    finally:
        os.close(handle)


def _allow(ruleset, path, rights):
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        rule = _PathBeneath(rights, place)
        linux.system_call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
