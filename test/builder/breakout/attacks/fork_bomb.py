"""Starts many processes. Returns how many, if none was refused."""

import os
import signal
import time

MANY = 300


def attack(request):
    children = []
    try:
        while len(children) < MANY:
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    except OSError:
        return []
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        time.sleep(0.1)  # the kernel counts them a moment longer
    return [f"{MANY} processes"]
