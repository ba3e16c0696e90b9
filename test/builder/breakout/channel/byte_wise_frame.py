"""Announces an 8 MiB frame, and sends it byte by byte forever."""

from .frames import ANSWER, header, write


def attack(call_id):
    write(header(ANSWER, call_id, 8 << 20))
    while True:
        write(b" ")
