"""Reports empty log lines as fast as events may be sent. Returns whether the builder stopped reading."""

import os
import time

from .frames import CHANNEL, event, write

EVENTS = 190


def attack(call_id):
    flood = event(type="log", lines=[""] * 1000)
    for _ in range(EVENTS):
        try:
            written = os.write(CHANNEL, flood)
        except BlockingIOError:
            return {"stopped": True}
        if written < len(flood):
            write(flood[written:])
            return {"stopped": True}
        time.sleep(0.005)
    return {"stopped": False}
