"""Attaches to and reads one of the machine's shared memory segments, which has no file."""

import ctypes

from .kernel import libc

MARK = b"slipway"

libc.shmat.restype = ctypes.c_void_p


def attack(request):
    segment = libc.shmget(request["key"], 0, 0)
    address = libc.shmat(segment, None, 0) if segment >= 0 else None
    if address in (None, ctypes.c_void_p(-1).value):
        return []
    found = ctypes.string_at(address, len(MARK)) == MARK
    libc.shmdt(ctypes.c_void_p(address))
    return ["read"] if found else []
