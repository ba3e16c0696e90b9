"""Runs a program that ends with the process PARENT: exit_with_parent.py PARENT PROGRAM [ARGUMENT ...]

The program replaces this process, so it keeps its process ID, streams and exit status. Linux kills it when its parent
dies; on other systems, a small process watches both.
"""

import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.2
FD_MAX = 256


def main():
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        program = os.getpid()
        if os.fork() == 0:
            watch(parent, program)
    if os.getppid() == parent:
        os.execv(command[0], command)


def watch(parent, program):
    os.setsid()
    os.closerange(0, FD_MAX)
    while alive(program) and alive(parent):
        time.sleep(POLL_SECONDS)
    if alive(program):
        os.kill(program, signal.SIGKILL)
    os._exit(0)


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
