"""Makes system calls by number, for attacks."""

import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    """Returns the error name, or "ok"."""
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(argument) for argument in arguments))
    return errno.errorcode[ctypes.get_errno()] if result < 0 else "ok"


def in_child(attempt):
    """Runs the attempt, in a child process if possible. Returns the number of the signal that ended it, or its negated
    exit code.
    """
    try:
        child = os.fork()
    except PermissionError:
        return -(attempt() or 0)
    if child == 0:
        try:
            os._exit(attempt() or 0)
        except BaseException:
            os._exit(99)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
