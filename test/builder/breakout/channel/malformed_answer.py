"""Answers with something other than JSON."""

import time

from .frames import ANSWER, send


def attack(call_id):
    send(ANSWER, call_id, b'{"status":"success","result":}')
    time.sleep(3600)
