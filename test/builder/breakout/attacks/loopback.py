"""Connects to the builder over the machine's loopback."""

import socket


def attack(request):
    try:
        socket.create_connection(("127.0.0.1", request["port"]), 2).close()
    except OSError:
        return []
    return ["connect"]
