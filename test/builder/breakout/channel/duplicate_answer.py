"""Answers twice: directly, and by returning a result."""

from .frames import ANSWER, send


def attack(call_id):
    send(ANSWER, call_id, b'{"status":"success","result":{"answer":1},"duration_ms":1}')
    return {"answer": 2}
