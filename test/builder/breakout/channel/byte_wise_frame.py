"""Announces a frame of 8 MiB, and sends it byte by byte for ever."""

from .frames import ANSWER, header, write


def attack(call_id):
    write(header(ANSWER, call_id, 8 << 20))
    while True:
        write(b" ")
