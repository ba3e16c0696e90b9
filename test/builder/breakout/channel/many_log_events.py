"""Reports empty log lines at the maximum rate for events. Returns whether the builder stopped reading."""

import os
import time

from .frames import CHANNEL, event, write

EVENTS = 190


def attack(call_id):
    flood = event(type="log", lines=[""] * 1000)
    os.set_blocking(CHANNEL, False)
    try:
        for _ in range(EVENTS):
            if not _writes(flood):
                return {"stopped": True}
            time.sleep(0.005)
        return {"stopped": False}
    finally:
        os.set_blocking(CHANNEL, True)


def _writes(flood):
    """Returns False if the channel is full. Finishes a partly written flood."""
    try:
        written = os.write(CHANNEL, flood)
    except BlockingIOError:
        return False
    if written == len(flood):
        return True
    write(flood[written:])
    return False
