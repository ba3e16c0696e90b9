"""Announces an answer of 1 GiB."""

import time

from .frames import ANSWER, header, write


def attack(call_id):
    write(header(ANSWER, call_id, 1 << 30))
    time.sleep(3600)
