"""Allocates GPU memory through CUDA's driver API, by ctypes, for the probe of a card. It runs in the sandbox."""

import ctypes


def hold(size):
    """Allocates `size` bytes on the first visible card, and keeps them until this process ends. Raises an OSError or a
    RuntimeError if that isn't possible.
    """
    cuda = ctypes.CDLL("libcuda.so.1")
    device, context, memory = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p()
    _check(cuda, "cuInit", cuda.cuInit(ctypes.c_uint(0)))
    _check(cuda, "cuDeviceGet", cuda.cuDeviceGet(ctypes.byref(device), 0))
    _check(cuda, "cuCtxCreate", cuda.cuCtxCreate_v2(ctypes.byref(context), ctypes.c_uint(0), device))
    _check(cuda, "cuMemAlloc", cuda.cuMemAlloc_v2(ctypes.byref(memory), ctypes.c_size_t(size)))
    _check(cuda, "cuMemsetD8", cuda.cuMemsetD8_v2(memory, ctypes.c_ubyte(0), ctypes.c_size_t(size)))
    _check(cuda, "cuCtxSynchronize", cuda.cuCtxSynchronize())


def _check(cuda, name, code):
    if code == 0:
        return
    text = ctypes.c_char_p()
    cuda.cuGetErrorString(code, ctypes.byref(text))
    raise RuntimeError(f"{name}: {(text.value or b'').decode(errors='replace') or code}")
