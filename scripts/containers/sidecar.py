"""Replaces the networking sidecar of workerd's local containers if its image can't be pulled.

The sidecar owns the network namespace that a container joins. It connects workerd to the container's ports through
HTTP CONNECT, and accepts workerd's settings for outgoing traffic. This replacement implements the first part. Of
the second, it implements only the internet switch: if that is off, the default route is removed. It neither
intercepts traffic nor filters names, so use it only for tests.
"""

import argparse
import fcntl
import json
import socket
import socketserver
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHUNK = 64 * 1024
SIOCADDRT, SIOCDELRT = 0x890B, 0x890C
RTF_UP, RTF_GATEWAY = 0x1, 0x2


class Internet:
    """Adds and removes the default route."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._enabled = True
        self._lock = threading.Lock()

    def set(self, enabled: bool) -> None:
        with self._lock:
            if enabled != self._enabled:
                self._change_route(SIOCADDRT if enabled else SIOCDELRT)
                self._enabled = enabled

    def _change_route(self, request: int) -> None:
        def address(ip: str) -> bytes:
            return struct.pack("<HH4s8x", socket.AF_INET, 0, socket.inet_aton(ip))

        entry = struct.pack("<Q", 0) + address("0.0.0.0") + address(self._gateway) + address("0.0.0.0")
        entry += struct.pack("<H", RTF_UP | RTF_GATEWAY)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, request, entry.ljust(120, b"\0"))


def default_gateway() -> str:
    with open("/proc/net/route") as routes:
        for line in routes:
            fields = line.split()
            if fields[1] == "00000000":
                return socket.inet_ntoa(struct.pack("<L", int(fields[2], 16)))
    raise SystemExit("sidecar: there is no default route")


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(CHUNK):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    internet: Internet

    def do_CONNECT(self) -> None:
        host, _, port = self.headers.get("X-Dst-Addr", self.path).rpartition(":")
        try:
            target = socket.create_connection((host, int(port)), timeout=10)
        except OSError:
            self._answer(400)
            return
        target.settimeout(None)
        self.send_response_only(200)
        self.end_headers()
        self.wfile.flush()
        back = threading.Thread(target=pump, args=(target, self.connection), daemon=True)
        back.start()
        pump(self.connection, target)
        back.join()
        target.close()
        self.close_connection = True

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        enabled = body.get("internet", {}).get("enabled")
        if enabled is not None:
            self.internet.set(enabled)
        self._answer(200)

    def do_GET(self) -> None:
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response_only(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--http-ingress-address", required=True)
    options, _ = parser.parse_known_args()
    host, _, port = options.http_ingress_address.rpartition(":")
    Handler.internet = Internet(default_gateway())
    socketserver.TCPServer.allow_reuse_address = True
    with Server((host, int(port)), Handler) as server:
        server.serve_forever()


main()
