"""Creates namespaces, which give a process capabilities, with clone and clone3."""

import signal

from .kernel import call, in_child

KINDS = {"user": 0x10000000, "mount": 0x00020000, "pid": 0x20000000, "network": 0x40000000, "ipc": 0x08000000, "uts": 0x04000000}


def attack(request):
    made = [name for name, flag in KINDS.items() if not _is_refused(request["clone"], flag)]
    return made if call(request["clone3"], 0, 0) == "ENOSYS" else [*made, "clone3"]


def _is_refused(clone, flag):
    return in_child(lambda: 0 if call(clone, flag | signal.SIGCHLD, 0, 0, 0, 0) == "EPERM" else 1) == 0
