"""Looks for privileges: capabilities in any set, programs that could grant some, other users."""

import ctypes
import os

from .kernel import libc


def attack(request):
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, sets)
    found = {
        "capabilities": any(sets),
        "ambient": any(libc.prctl(47, 1, number, 0, 0) == 1 for number in range(64)),
        "bounding": any(libc.prctl(23, number, 0, 0, 0) == 1 for number in range(64)),
        "new privileges": libc.prctl(39, 0, 0, 0, 0) != 1,
        "root": os.getuid() == 0,
        "setuid": _works(lambda: os.setuid(0)) and os.getuid() == 0,
        "setgroups": _works(lambda: os.setgroups([0])),
    }
    return [name for name, holds in found.items() if holds]


def _works(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
