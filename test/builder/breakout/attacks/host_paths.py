"""Looks for a machine path wherever the kernel and Python list paths: mounts, groups, arguments, environments, frames,
objects.
"""

import ctypes
import gc
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
        "frames": "\n".join(_locals_of_frames(request)),
        "objects": "\n".join(_strings_in_objects(request)),
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


def _locals_of_frames(request):
    """Only the host's paths, because the plugin's own frames contain the path that it looks for."""
    for frame in sys._current_frames().values():
        while frame is not None:
            if frame.f_code.co_filename.endswith("host.py"):
                yield from (repr(value) for value in frame.f_locals.values())
            frame = frame.f_back


def _strings_in_objects(request):
    gc.unfreeze()
    found = [each for each in gc.get_objects() if isinstance(each, (dict, list, tuple))]
    texts = [text for each in found for text in (each.values() if isinstance(each, dict) else each) if isinstance(text, str)]
    return [text for text in texts if text != request["path"]]


def _arguments_in_memory():
    count, values = ctypes.c_int(), ctypes.POINTER(ctypes.c_wchar_p)()
    ctypes.pythonapi.Py_GetArgcArgv(ctypes.byref(count), ctypes.byref(values))
    return [values[at] for at in range(count.value)]
