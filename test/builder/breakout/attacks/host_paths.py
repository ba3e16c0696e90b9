"""Looks for a path of the machine where the kernel and Python list some: mounts, groups, arguments, environments."""

import ctypes
import glob
import os
import sys


def attack(request):
    places = {
        "mounts": _read("/proc/self/mountinfo", "/proc/thread-self/mounts", *glob.glob("/proc/[0-9]*/mountinfo")),
        "control group": _read("/proc/self/cgroup"),
        "arguments": _read(*glob.glob("/proc/*/cmdline")),
        "arguments of Python": "\n".join([*sys.argv, *sys.orig_argv]),
        "memory of arguments": "\n".join(_arguments_in_memory()),
        "environment": "\n".join(os.environ.values()),
        "modules": "\n".join(str(getattr(module, "__file__", "")) for module in list(sys.modules.values())),
    }
    return [name for name, text in places.items() if request["path"] in text]


def _read(*paths):
    texts = []
    for path in paths:
        try:
            with open(path, errors="replace") as file:
                texts.append(file.read())
        except OSError:
            pass
    return "\n".join(texts)


def _arguments_in_memory():
    count, values = ctypes.c_int(), ctypes.POINTER(ctypes.c_wchar_p)()
    ctypes.pythonapi.Py_GetArgcArgv(ctypes.byref(count), ctypes.byref(values))
    return [values[at] for at in range(count.value)]
