"""Opens the memory of each process that it sees."""

import os


def attack(request):
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    return ["open" for pid in pids if pid != os.getpid() and _opens(pid)][:1]


def _opens(pid):
    try:
        open(f"/proc/{pid}/mem", "rb").close()
    except OSError:
        return False
    return True
