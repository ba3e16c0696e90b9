"""Looks for the builder's token in process environments and arguments, and opens the memory of processes that may know it."""

import os


def attack(request):
    secret, found = (request["half"] + request["rest"]).encode(), []
    try:
        processes = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        processes = []
    # In a namespace of its own, this process can have the ID that the builder has outside.
    knowing = {str(request["builder"]), str(os.getppid())} - {str(os.getpid())}
    knowing |= {process for process in processes if not _is_own(process)}
    for process in {*processes, *knowing}:
        for part in ("environ", "cmdline"):
            if secret in _read(f"/proc/{process}/{part}"):
                found.append(part)
        if process in knowing and _opens(f"/proc/{process}/mem"):
            found.append("mem")
    return found + [name for name, value in os.environ.items() if secret.decode() in value]


def _is_own(process):
    """Returns whether this process's user runs it, as it does other plugins in a machine that several builders use."""
    try:
        return os.stat(f"/proc/{process}").st_uid == os.getuid()
    except OSError:
        return False


def _read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _opens(path):
    try:
        open(path, "rb").close()
    except OSError:
        return False
    return True
