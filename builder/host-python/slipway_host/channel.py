"""Exchanges frames with the builder. Frames sent in one iteration of the event loop go out in one write."""

import asyncio
import threading

from slipway_host.messages import HEADER, frame


class Channel(asyncio.Protocol):
    def __init__(self, sock, on_frame, on_end):
        self._socket = sock
        self._on_frame = on_frame
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._transport = None
        self._received = bytearray()
        self._needed = HEADER.size
        self._outgoing = []
        self._writing = threading.Lock()

    def connection_made(self, transport):
        self._transport = transport

    def connection_lost(self, error):
        self._on_end()

    def data_received(self, data):
        received = self._received
        if received:
            received += data
            if len(received) < self._needed:
                return
            data = bytes(received)
            received.clear()
        at, size = 0, len(data)
        self._needed = HEADER.size
        while size - at >= HEADER.size:
            length, call_id, kind = HEADER.unpack_from(data, at)
            end = at + HEADER.size + length
            if end > size:
                self._needed = HEADER.size + length
                break
            self._on_frame(kind, call_id, data[at + HEADER.size : end])
            at = end
        if at < size:
            received += data[at:] if at else data

    def send(self, kind, call_id, body=b""):
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(frame(kind, call_id, body))

    def _flush(self):
        outgoing = b"".join(self._outgoing)
        self._outgoing.clear()
        if self._transport is not None:
            with self._writing:
                self._transport.write(outgoing)

    def send_from_thread(self, kind, call_id, body):
        """Sends a short frame at once, even if the event loop is blocked, unless an earlier one is still on its way."""
        with self._writing:
            if self._transport.get_write_buffer_size() == 0:
                try:
                    self._socket.send(frame(kind, call_id, body))  # of a few KiB: as a whole or not at all
                    return
                except BlockingIOError:
                    pass
        self._loop.call_soon_threadsafe(self.send, kind, call_id, body)
