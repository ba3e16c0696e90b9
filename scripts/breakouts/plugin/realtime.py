"""Shows what a plugin sees of the machine, and uses up what it can: memory, files, processes, the builder's attention.
"""

import importlib
import os
import socket
import time

MIB = 1 << 20
PLACES = "/ /bin /dev /dev/shm /etc /etc/passwd /etc/shadow /home /lib /opt /plugin /proc /proc/self/mountinfo /proc/self/status /root /run \
/slipway /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local /var /var/log /work".split()


class RealtimeHandler:
    def __init__(self):
        self.calls = 0

    def predict(self, request):
        self.calls += 1
        name = request["do"]
        if name in ("byte_wise_frame", "many_log_events"):
            return importlib.import_module("." + name, __package__).attack(self.calls)
        return getattr(self, name)(request)

    def look(self, request):
        own = [os.path.dirname(__file__), os.environ["TMPDIR"], os.path.dirname(os.__file__)]
        return {
            "readable": [path for path in PLACES + own + request["places"] if _opens(path)],
            "families": [int(family) for family in socket.AddressFamily if _creates(family)],
            "environment": dict(os.environ),
        }

    def memfd(self, request):
        for _ in range(12):
            file = os.memfd_create("flood")
            for _ in range(256):
                os.write(file, bytes(MIB))
        return {"took": "3 GiB"}

    def children(self, request):
        for _ in range(3):
            if os.fork() == 0:
                kept = bytearray(1 << 30)
                for at in range(0, len(kept), 4096):
                    kept[at] = 1
                time.sleep(20)
                os._exit(0)
        time.sleep(20)
        return {"took": "3 GiB in three children"}

    def files(self, request):
        for number in range(150_000):
            os.close(os.open(os.path.join(os.environ["TMPDIR"], f"empty{number}"), os.O_CREAT | os.O_WRONLY))
        return {"created": 150_000}

    def forks(self, request):
        count = 0
        try:
            while count < 100_000:
                if os.fork() == 0:
                    while True:
                        os.fork()
                count += 1
        except OSError as error:
            time.sleep(3)
            return {"started": count, "then": error.strerror}
        return {"started": count}


def _opens(path):
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def _creates(family):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError:
        return False
    return True
