"""Writes frames to the channel as the host does: [u32 body length][u32 call ID][u8 kind][body]."""

import json
import os
import struct
import time

CHANNEL = 3
EVENT, ANSWER, PROBED = 1, 2, 5


def header(kind, call_id, length):
    return struct.pack(">IIB", length, call_id, kind)


def write(data):
    """Writes everything, even to a non-blocking channel."""
    while data:
        try:
            data = data[os.write(CHANNEL, data) :]
        except BlockingIOError:
            time.sleep(0.001)


def send(kind, call_id, body):
    write(header(kind, call_id, len(body)) + body)


def event(**fields):
    body = json.dumps(fields, separators=(",", ":")).encode()
    return header(EVENT, 0, len(body)) + body
