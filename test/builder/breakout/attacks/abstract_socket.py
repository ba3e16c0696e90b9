"""Connects to one of the machine's sockets that has no file."""

import socket


def attack(request):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect("\0" + request["name"])
    except OSError:
        return []
    return ["connect"]
