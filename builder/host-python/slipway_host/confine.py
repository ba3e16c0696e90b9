"""Confines this process: control group, resource limits, another user, no privileges, Landlock, a system-call filter,
and an exit with its parent.
"""

import os
import resource
import signal
import sys
import threading

if sys.platform == "linux":
    from slipway_host import landlock, linux, seccomp, system_calls


class Confinement:
    """The confinement that `builder/server/sandbox/sandbox.ts` asks for. Create it before the file system is replaced,
    then apply it.
    """

    def __init__(self, settings):
        self._groups = [os.open(f"{folder}/cgroup.procs", os.O_WRONLY | os.O_CLOEXEC) for folder in settings["cgroup"]]
        self._limits = settings["limits"]
        self._uid = settings["uid"]
        self._paths = settings["landlock"]
        self._filter = _prepare_filter(settings["system_calls"])

    def apply(self, folder):
        """Changes to the folder. After this, the process can do only what plugin code may do."""
        for group in self._groups:
            os.write(group, b"0")
            os.close(group)
        limit(self._limits)
        drop_privileges(self._uid)
        os.chdir(folder)
        if self._paths is not None:
            landlock.restrict(self._paths["read_only"], self._paths["writable"])
        if self._filter is not None:
            self._filter.install()


def end_with_stdin():
    """Exits when the other end of standard input closes, however the builder exited.

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
    """Sets hard limits, which the process can't raise. Only one-off programs have a CPU limit, because calls have a
    timeout.
    """
    values = [
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform == "linux":
        # Don't let any process raise its priority.
        values += [(resource.RLIMIT_NICE, 0), (resource.RLIMIT_RTPRIO, 0)]
    if limits["memory_bytes"] is not None:
        if sys.platform == "linux":
            linux.share_heap()  # otherwise the heaps of threads take the addresses that the plugin's memory needs
        values.append((resource.RLIMIT_AS, limits["memory_bytes"]))
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
    """Switches to the user `uid` (None keeps the current user) and drops every way to gain privileges."""
    if sys.platform == "linux":
        _drop_bounding_set()
    if uid is not None and os.geteuid() != uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        if sys.platform == "linux":
            linux.prctl(linux.PR_SET_DUMPABLE, 1)  # or the builder could not see its open files, where it lacks CAP_SYS_PTRACE
    if sys.platform == "linux":
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # last, because changing the user clears it


def _drop_bounding_set():
    try:
        linux.drop_bounding_set()
    except PermissionError:
        # Without CAP_SETPCAP, the bounding set stays. It's useless anyway: no_new_privs keeps programs from
        # granting capabilities.
        pass


def _prepare_filter(settings):
    if settings is None:
        return None
    sends_signals = settings["kind"] != "landlock" or not settings["shares_user"] or landlock.confines_signals()
    return seccomp.Filter(system_calls.rules(system_calls.Restrictions(**settings), None if sends_signals else os.getpid()))
