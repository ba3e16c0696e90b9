"""Provides attack targets on the machine: listens on an abstract socket and holds a shared memory segment.

Prints the socket name and the segment key as JSON, and removes both when standard input closes.
"""

import ctypes
import json
import os
import random
import socket
import sys

CREATE, REMOVE = 0o1000 | 0o2000, 0
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
key = random.randrange(1, 1 << 31)
segment = libc.shmget(key, 4096, CREATE | 0o666)
ctypes.memmove(libc.shmat(segment, None, 0), b"slipway", 7)
name = f"slipway-breakout-{os.getpid()}-{key}"
listener = socket.socket(socket.AF_UNIX)
listener.bind("\0" + name)
listener.listen(64)
print(json.dumps({"abstractName": name, "segment": key}), flush=True)
sys.stdin.read()
libc.shmctl(segment, REMOVE, None)
