"""Checks a container's server: check_health.py PORT PATH STATUS exits with 0 if the server responds with that status.

Images use this for their health check because it starts five times as fast as Node.
"""

import socket
import sys

TIMEOUT_SECONDS = 3


def main():
    port, path, status = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        line = connection.recv(64).split(b" ")
    sys.exit(0 if len(line) > 1 and line[1] == status.encode() else 1)


if __name__ == "__main__":
    main()
