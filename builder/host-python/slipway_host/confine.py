"""Confines a process without namespaces: resource limits, another user, and an exit along with its parent."""

import os
import resource
import signal
import sys
import threading

if sys.platform == "linux":
    from slipway_host import linux


def end_with_stdin():
    """Ends this process when the other end of standard input closes, however the builder exited.

    The plugin gets an empty standard input instead.
    """
    watched = os.dup(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    threading.Thread(target=_end_at_eof, args=(watched,), daemon=True).start()


def _end_at_eof(fd):
    while os.read(fd, 4096):
        pass
    os._exit(0)


def limit(limits):
    """Sets hard limits, which the process can't raise. CPU time is limited only for one-off programs: calls have a timeout."""
    values = [
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ]
    if limits["processes"] is not None:
        values.append((resource.RLIMIT_NPROC, limits["processes"]))
    if limits["cpu_seconds"] is not None:
        values.append((resource.RLIMIT_CPU, limits["cpu_seconds"]))
    for kind, value in values:
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):
            if sys.platform == "linux":
                raise
            # macOS rejects RLIMIT_AS; the other limits still apply.


def drop_privileges(uid):
    """Switches to the user `uid` (None keeps the current user) and drops every means of gaining privileges."""
    if uid is not None and os.geteuid() != uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if sys.platform == "linux":
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # last, because changing the user clears it
