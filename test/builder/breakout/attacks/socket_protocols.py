"""Creates sockets with protocols other than TCP and UDP, whose kernel code is less tested. Returns the names that
worked.
"""

import socket

_ATTEMPTS = {
    "mptcp": (socket.SOCK_STREAM, 262),
    "sctp": (socket.SOCK_STREAM, 132),
    "sctp packets": (socket.SOCK_SEQPACKET, 132),
    "udp-lite": (socket.SOCK_DGRAM, 136),
    "ping": (socket.SOCK_DGRAM, 1),
    "ping 6": (socket.SOCK_DGRAM, 58),
    "dccp": (6, 33),
    "raw": (socket.SOCK_RAW, 6),
    "packet": (10, 0x300),
    "rdm": (socket.SOCK_RDM, 0),
}


def attack(request):
    families = (socket.AF_INET, socket.AF_INET6)
    return [name for name, (kind, protocol) in _ATTEMPTS.items() if any(_creates(family, kind, protocol) for family in families)]


def _creates(family, kind, protocol):
    try:
        socket.socket(family, kind, protocol).close()
    except OSError:
        return False
    return True
