"""Attacks other processes: sees them, signals them, and changes their limits, priority or processors.

The new values equal the old ones, so a successful attack does no harm.
"""

import os
import resource
import signal

from .kernel import in_child, libc

_PTRACE_SEIZE = 0x4206


def attack(request):
    pid = request["builder"]
    if pid == os.getpid():
        return []  # in a namespace of its own, this process has the ID that the builder has outside
    attempts = {
        "signal": lambda: os.kill(pid, 0),
        "pidfd": lambda: signal.pidfd_send_signal(os.pidfd_open(pid), 0),
        "limits": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE),
        "priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid)),
        "processors": lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)),
        "trace": lambda: _trace(pid),
        "descriptors": lambda: os.listdir(f"/proc/{pid}/fd"),
    }
    return [name for name, attempt in attempts.items() if _works(attempt)]


def _trace(pid):
    # In a child, so that the kernel detaches it when the child ends.
    if in_child(lambda: 0 if libc.ptrace(_PTRACE_SEIZE, pid, 0, 0) == 0 else 1) != 0:
        raise PermissionError


def _works(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
