"""Answers the next call before it is made, so that the next call would get this answer."""

import time

from .frames import ANSWER, send


def attack(call_id):
    send(ANSWER, call_id + 1, b'{"status":"success","result":{"sum":7},"duration_ms":1}')
    time.sleep(3600)
