"""Hands the builder's relay the sockets that an instance connects to. They listen in the instance's network namespace,
which has no other route.

The builder is a Node process, which receives sockets through Node's child-process protocol. The channel is closed
before any plugin code runs.
"""

import fcntl
import json
import os
import socket
import struct

RELAY_FD = 4

_BACKLOG = 128
_SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x8913, 0x8914
_IFF_UP = 1
# struct ifreq: the interface name, and its flags at the start of a 24-byte union.
_FLAGS_REQUEST = struct.Struct("16sh22x")
_NODE_VARIABLES = ("NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE")


def hand_over(ports):
    """Listens on the ports of 127.0.0.1 in this process's network namespace, so that the builder can accept
    connections.
    """
    for name in _NODE_VARIABLES:
        os.environ.pop(name, None)
    _bring_up_loopback()
    with socket.socket(fileno=RELAY_FD) as channel:
        for port in ports:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
                listener.bind(("127.0.0.1", port))
                listener.listen(_BACKLOG)
                _send(channel, port, listener)


def _send(channel, port, listener):
    message = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": {"port": port}}
    socket.send_fds(channel, [json.dumps(message).encode() + b"\n"], [listener.fileno()])
    answer = b""
    while not answer.endswith(b"\n"):
        part = channel.recv(4096)
        if not part:
            raise OSError("the builder closed the channel of the relay")
        answer += part
    if json.loads(answer)["cmd"] != "NODE_HANDLE_ACK":
        raise OSError("the builder did not accept the sockets of the relay")


def _bring_up_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = b"lo"
        request = fcntl.ioctl(control, _SIOCGIFFLAGS, _FLAGS_REQUEST.pack(name, 0))
        _, flags = _FLAGS_REQUEST.unpack(request)
        fcntl.ioctl(control, _SIOCSIFFLAGS, _FLAGS_REQUEST.pack(name, flags | _IFF_UP))
