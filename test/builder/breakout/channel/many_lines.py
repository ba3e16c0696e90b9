"""Reports 60,000 empty log lines in one event."""

import time

from .frames import event, write


def attack(call_id):
    write(event(type="log", lines=[""] * 60_000))
    time.sleep(3600)
