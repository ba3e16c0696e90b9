"""Answers a call that it never received."""

import time

from .frames import ANSWER, send


def attack(call_id):
    send(ANSWER, call_id + 1000, b'{"status":"success","result":{"sum":6},"duration_ms":1}')
    time.sleep(3600)
