"""Creates sockets of every family. Returns the families that worked, except IPv6, which some kernels lack."""

import socket


def attack(request):
    return [family for family in range(1, 46) if family != socket.AF_INET6 and _creates(family)]


def _creates(family):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind).close()
            return True
        except OSError:
            pass
    return False
