"""Creates a socket to a virtual machine's host, which no network namespace blocks. Returns whether it worked."""

import socket


def attack(request):
    try:
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    except OSError:
        return []
    return ["socket"]
