"""Lowers this process's share of the processor, for work that must not delay calls. Never back up: that takes a privilege.

Niceness is inherited by everything that the process starts. Where the kernel schedules each session as a group (autogroup), it compares
processes of one session only, and the session has a niceness of its own, which a new session does not inherit.
"""

import errno
import os
import time

_AUTOGROUP = "/proc/self/autogroup"
# Without privileges, sessions of the whole machine may change theirs ten times a second.
_TRIES = 50
_PAUSE_SECONDS = 0.05


def lower(niceness):
    """Nothing that is started at a lower priority interrupts a process of normal priority when it wakes up."""
    if niceness == 0:
        return
    os.setpriority(os.PRIO_PROCESS, 0, max(niceness, os.getpriority(os.PRIO_PROCESS, 0)))
    if hasattr(os, "SCHED_BATCH"):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    lower_session()


def lower_session():
    """Gives the session, which must be this process's own, the niceness of this process. A machine without autogroups has no such file."""
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    if niceness <= 0:
        return
    for _ in range(_TRIES):
        try:
            with open(_AUTOGROUP, "w") as file:
                file.write(str(niceness))
            return
        except OSError as error:
            if error.errno != errno.EAGAIN:
                return
            time.sleep(_PAUSE_SECONDS)
