"""Reads cards and processes from NVML, the library of NVIDIA's driver, by ctypes: its Python package isn't needed for
ten functions. https://docs.nvidia.com/deploy/nvml-api/
"""

import ctypes
import os
import re

_NOT_AVAILABLE = 2**64 - 1
_ERROR_INSUFFICIENT_SIZE = 7
_TEXT_BYTES = 96
_LIBRARY = "libnvidia-ml.so.1"
# With the nodes of its cards, all that CUDA opens.
_SHARED_NODES = ("/dev/nvidiactl", "/dev/nvidia-uvm")
# Some drivers open it, too.
_USEFUL_NODES = ("/dev/nvidia-uvm-tools",)
_LIBRARY_FOLDERS = ("/usr/local/nvidia/lib64", "/usr/lib/wsl/lib", "/usr/local/cuda/compat", "/usr/lib/nvidia/current")


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class _Process(ctypes.Structure):
    _fields_ = [
        ("pid", ctypes.c_uint),
        ("used", ctypes.c_ulonglong),
        ("gpu_instance", ctypes.c_uint),
        ("compute_instance", ctypes.c_uint),
    ]


class Library:
    """Create it once. Raises an OSError if there is no driver, and a RuntimeError if NVML refuses."""

    def __init__(self):
        self._nvml = ctypes.CDLL(_LIBRARY)
        self._call("nvmlInit_v2")
        self._cards = list(self._find())

    def describe(self):
        """Returns the driver, its cards and what a process needs to use them. Sizes are in bytes. `nodes` of a card are
        its device files; `shared_nodes` belong to all cards.
        """
        return {
            "driver": self._text("nvmlSystemGetDriverVersion"),
            "cuda": self._cuda(),
            "cards": [card for card, _ in self._cards],
            "shared_nodes": [*_SHARED_NODES, *(node for node in _USEFUL_NODES if os.path.exists(node))],
            "libraries": _library_folder(),
        }

    def use(self):
        """Returns each card's used memory and its processes, with None for a process whose memory isn't known."""
        return [
            {"uuid": card["uuid"], "used_bytes": self._memory(handle).used, "processes": self._processes(handle)}
            for card, handle in self._cards
        ]

    def _find(self):
        for index in range(self._number("nvmlDeviceGetCount_v2")):
            handle = self._handle("nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(index))
            minor = self._number("nvmlDeviceGetMinorNumber", handle)
            parts = list(self._mig_parts(handle))
            if not parts:
                yield self._card(handle, index, [f"/dev/nvidia{minor}"]), handle
            for part in parts:
                yield self._card(part, index, [f"/dev/nvidia{minor}", *self._mig_nodes(part, minor)]), part

    def _card(self, handle, index, nodes):
        name, uuid = (self._text(call, handle) for call in ("nvmlDeviceGetName", "nvmlDeviceGetUUID"))
        return {"uuid": uuid, "name": name, "index": index, "memory_bytes": self._memory(handle).total, "nodes": nodes}

    def _mig_parts(self, handle):
        """Yields the MIG devices of a card. Empty if it isn't divided."""
        current, pending = ctypes.c_uint(), ctypes.c_uint()
        if self._nvml.nvmlDeviceGetMigMode(handle, ctypes.byref(current), ctypes.byref(pending)) != 0 or not current.value:
            return
        for at in range(self._number("nvmlDeviceGetMaxMigDeviceCount", handle)):
            part = ctypes.c_void_p()
            if self._nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, ctypes.c_uint(at), ctypes.byref(part)) == 0:
                yield part

    def _mig_nodes(self, part, minor):
        gpu, compute = (
            self._number(call, part) for call in ("nvmlDeviceGetGpuInstanceId", "nvmlDeviceGetComputeInstanceId")
        )
        folder = f"/proc/driver/nvidia/capabilities/gpu{minor}/mig/gi{gpu}"
        for path in (f"{folder}/access", f"{folder}/ci{compute}/access"):
            with open(path, encoding="ascii") as file:
                number = re.search(r"DeviceFileMinor: (\d+)", file.read())[1]
            yield f"/dev/nvidia-caps/nvidia-cap{number}"

    def _processes(self, handle):
        count = ctypes.c_uint(0)
        get = self._nvml.nvmlDeviceGetComputeRunningProcesses_v3
        while (code := get(handle, ctypes.byref(count), processes := (_Process * count.value)())) == _ERROR_INSUFFICIENT_SIZE:
            count.value += 8  # others may start meanwhile
        self._check("nvmlDeviceGetComputeRunningProcesses_v3", code)
        used = ((one.pid, one.used) for one in processes[: count.value])
        return [{"pid": pid, "bytes": None if bytes_ == _NOT_AVAILABLE else bytes_} for pid, bytes_ in used]

    def _memory(self, handle):
        memory = _Memory()
        self._call("nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory))
        return memory

    def _cuda(self):
        number = self._number("nvmlSystemGetCudaDriverVersion_v2")
        return f"{number // 1000}.{number % 1000 // 10}"

    def _number(self, name, *arguments):
        number = ctypes.c_int()
        self._call(name, *arguments, ctypes.byref(number))
        return number.value

    def _text(self, name, *arguments):
        text = ctypes.create_string_buffer(_TEXT_BYTES)
        self._call(name, *arguments, text, ctypes.c_uint(_TEXT_BYTES))
        return text.value.decode(errors="replace")

    def _handle(self, name, *arguments):
        handle = ctypes.c_void_p()
        self._call(name, *arguments, ctypes.byref(handle))
        return handle

    def _call(self, name, *arguments):
        self._check(name, getattr(self._nvml, name)(*arguments))

    def _check(self, name, code):
        if code == 0:
            return
        self._nvml.nvmlErrorString.restype = ctypes.c_char_p
        raise RuntimeError(f"{name}: {self._nvml.nvmlErrorString(code).decode(errors='replace')}")


def _library_folder():
    """Returns the folder of libcuda.so.1, as the loader finds it. None if it isn't found."""
    try:
        ctypes.CDLL("libcuda.so.1")
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            found = [line.split(maxsplit=5)[5].strip() for line in maps if "/libcuda.so" in line]
        return os.path.dirname(found[0]) if found else None
    except OSError:
        return next((folder for folder in _LIBRARY_FOLDERS if os.path.exists(f"{folder}/libcuda.so.1")), None)
