"""Reports an event larger than 256 KiB."""

import time

from .frames import EVENT, send


def attack(call_id):
    send(EVENT, 0, b" " * (256 * 1024 + 1))
    time.sleep(3600)
