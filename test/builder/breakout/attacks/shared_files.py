"""Watches and locks a file shared by instances, which could use it to communicate. Returns the methods that worked.
"""

import fcntl
import os

from .kernel import libc

_F_SETLEASE, _F_NOTIFY, _DN_ACCESS = 1024, 1026, 1


def attack(request):
    path = os.__file__.replace(".pyc", ".py")
    return [name for name, works in _WAYS.items() if works(path)]


def _watches(path):
    """Tries each of inotify's two system calls."""
    return any(_watched(number, path) for number in (libc.inotify_init(), libc.inotify_init1(0)))


def _watched(number, path):
    if number < 0:
        return False
    works = libc.inotify_add_watch(number, path.encode(), 0xFFF) >= 0
    os.close(number)
    return works


def _controls(path, flags, *command):
    number = os.open(path, flags)
    try:
        fcntl.fcntl(number, *command)
    except OSError:
        return False
    finally:
        os.close(number)
    return True


def _locks(path):
    with open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


_WAYS = {
    "inotify": _watches,
    "dnotify": lambda path: _controls(os.path.dirname(path), os.O_RDONLY, _F_NOTIFY, _DN_ACCESS),
    "lease": lambda path: _controls(path, os.O_RDONLY, _F_SETLEASE, fcntl.F_RDLCK),
    "lock": _locks,
}
