"""The plugin that the builder starts in a sandbox before it trusts it: reports what a plugin could reach. It changes nothing.

builder/server/sandbox/probe.ts sends what to try, and judges the report.
"""

import decimal  # noqa: F401  (loaded from disk here, so the plugin's user must be able to read the standard library)
import os
import socket


class RealtimeHandler:
    def predict(self, request):
        return {
            "connects": _connects(request["port"]),
            "sees": os.path.lexists(request["shared"]),
            "reads": os.access(request["secret"], os.R_OK),
            "writes": any(os.access(path, os.W_OK) for path in ("/", "/usr", os.path.dirname(__file__), request["shared"])),
            "processes": _others(),
            "builder": _signal(request["builder"]),
            "environment": sorted(os.environ),
            "no_new_privileges": _status("NoNewPrivs"),
            "capabilities": _status("CapEff"),
        }


def _connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def _others():
    """Counts the processes of others: in a sandbox there are only this one and PID 1."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return 0
    return len({int(name) for name in names if name.isdigit()} - {1, os.getpid()})


def _signal(pid):
    """Sends no signal, but asks whether one could be sent. A PID up to 2 may be a process in the sandbox."""
    if pid <= 2:
        return "absent"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "absent"
    except OSError:
        return "refused"
    return "allowed"


def _status(name):
    """Returns a number from /proc/self/status, or None where there is none."""
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1], 16)
    except OSError:
        pass
    return None
