"""Announces a 1 GiB answer."""

import time

from .frames import ANSWER, header, write


def attack(call_id):
    write(header(ANSWER, call_id, 1 << 30))
    time.sleep(3600)
