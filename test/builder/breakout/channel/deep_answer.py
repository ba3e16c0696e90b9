"""Answers with a result nested 200,000 levels deep."""

import time

from .frames import ANSWER, send

LEVELS = 200_000


def attack(call_id):
    send(ANSWER, call_id, b'{"status":"success","duration_ms":1,"result":%b%b}' % (b"[" * LEVELS, b"]" * LEVELS))
    time.sleep(3600)
