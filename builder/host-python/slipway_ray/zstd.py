"""Decompresses Zstandard with the system's libzstd, which Python has no module for before 3.14."""

import ctypes
import io


class Unavailable(Exception):
    """The node has no libzstd."""


class _Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer, which have the same form."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("at", ctypes.c_size_t)]


def _library():
    try:
        library = ctypes.CDLL("libzstd.so.1")
    except OSError as error:
        raise Unavailable("the node has no libzstd.so.1: install the package libzstd1 in its image") from error
    library.ZSTD_createDStream.restype = ctypes.c_void_p
    library.ZSTD_freeDStream.argtypes = [ctypes.c_void_p]
    library.ZSTD_decompressStream.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Buffer), ctypes.POINTER(_Buffer)]
    library.ZSTD_decompressStream.restype = ctypes.c_size_t
    library.ZSTD_isError.argtypes = [ctypes.c_size_t]
    library.ZSTD_getErrorName.argtypes = [ctypes.c_size_t]
    library.ZSTD_getErrorName.restype = ctypes.c_char_p
    return library


class Reader(io.RawIOBase):
    """Reads what `pieces`, an iterator of compressed bytes, decompresses to. Raises ValueError if they are damaged."""

    def __init__(self, pieces):
        self._pieces = pieces
        self._library = _library()
        self._stream = self._library.ZSTD_createDStream()
        self._piece = b""
        self._input = _Buffer(None, 0, 0)
        self._is_within_frame = False

    def readable(self):
        return True

    def close(self):
        if not self.closed:
            self._library.ZSTD_freeDStream(self._stream)
        super().close()

    def readinto(self, target):
        place = (ctypes.c_char * len(target)).from_buffer(target)
        output = _Buffer(ctypes.addressof(place), len(target), 0)
        is_over = False
        while output.at == 0 and len(target) > 0 and not is_over:
            if self._input.at == self._input.size:
                is_over = not self._next_piece()
            self._decompress(output)
            if is_over and output.at == 0 and self._is_within_frame:
                raise ValueError("the data ends too soon")
        return output.at

    def _decompress(self, output):
        began = self._input.at
        left = self._library.ZSTD_decompressStream(self._stream, output, self._input)
        if self._library.ZSTD_isError(left):
            raise ValueError(self._library.ZSTD_getErrorName(left).decode())
        if self._input.at > began or output.at > 0:
            self._is_within_frame = left > 0

    def _next_piece(self):
        """Returns false after the last piece."""
        self._piece = next(self._pieces, b"")  # keeps the bytes that the library reads
        self._input = _Buffer(ctypes.cast(ctypes.c_char_p(self._piece), ctypes.c_void_p), len(self._piece), 0)
        return bool(self._piece)
