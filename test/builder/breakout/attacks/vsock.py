"""Creates a socket to the host of a virtual machine, which no network namespace keeps away. Returns whether that worked."""

import socket


def attack(request):
    try:
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    except OSError:
        return []
    return ["socket"]
