"""Lowers this process's CPU priority, for work that must not delay calls. The process can't raise it again without a
privilege.

Every process that this one starts inherits its niceness. If the kernel schedules each session as a group
(autogroup), it compares niceness only within a session. The session has its own niceness, which a new session
doesn't inherit.
"""

import errno
import os
import time

_AUTOGROUP = "/proc/self/autogroup"
# Without privileges, all sessions on the machine together may change their niceness ten times a second.
_TRIES = 50
_PAUSE_SECONDS = 0.05


def lower(niceness):
    """Lowers this process's priority. It then never preempts a process of normal priority when it wakes up."""
    if niceness == 0:
        return
    os.setpriority(os.PRIO_PROCESS, 0, max(niceness, os.getpriority(os.PRIO_PROCESS, 0)))
    if hasattr(os, "SCHED_BATCH"):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    lower_session()


def lower_session():
    """Sets the niceness of this process's own session to that of the process. A machine without autogroups has no such
    file.
    """
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
