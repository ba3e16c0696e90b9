"""Listens on TCP, on sockets with files in folders, on one end of a connected pair, and on sockets the host left open.
"""

import os
import socket


def attack(request):
    succeeded = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")):
        if _listens(lambda: socket.socket(family), (address, 0)):
            succeeded.append(f"tcp {address}")
    for folder in (*request["folders"], os.getcwd(), os.path.dirname(__file__)):
        path = os.path.join(folder, f"listening-{os.getpid()}")
        if _listens(lambda: socket.socket(socket.AF_UNIX), path):
            succeeded.append(f"unix {folder}")
            os.unlink(path)
    if _listens(lambda: socket.socketpair()[0], "\0listening"):
        succeeded.append("an end of a pair")
    return succeeded + [f"descriptor {number}" for number in range(3, 256) if _is_listening(number)]


def _listens(create, address):
    try:
        with create() as server:
            server.bind(address)
            server.listen()
            return True
    except OSError:
        return False


def _is_listening(number):
    try:
        inherited = socket.socket(fileno=number)
    except OSError:
        return False
    try:
        inherited.listen()
        return inherited.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    except OSError:
        return False
    finally:
        inherited.detach()
