"""Asks to be replaced, many times and with long reasons."""

from .frames import event, write


def attack(call_id):
    write(event(type="replace", reason="x" * 100_000) * 20)
    return {"asked": True}
