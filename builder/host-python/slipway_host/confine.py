"""What confines a worker without namespaces too: resource limits, another user, an end with its parent."""

import os
import resource
import signal
import sys
import threading

if sys.platform == "linux":
    from slipway_host import linux


def end_with_stdin():
    """Ends this process when the other end of standard input closes, however the builder went away.

    The plugin gets an empty standard input in its place.
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
    """Hard limits: the process can't raise them again. Processor time is limited for what runs once; for calls, per call."""
    wanted = [
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ]
    if limits["processes"] is not None:
        wanted.append((resource.RLIMIT_NPROC, limits["processes"]))
    if limits["cpu_seconds"] is not None:
        wanted.append((resource.RLIMIT_CPU, limits["cpu_seconds"]))
    for kind, value in wanted:
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):
            if sys.platform == "linux":
                raise
            # macOS refuses RLIMIT_AS; the other limits still hold.


def drop_privileges(uid):
    """Becomes the user `uid` (None: stays who it is) and gives up every way back."""
    if uid is not None and os.geteuid() != uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if sys.platform == "linux":
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it, so it comes last
