"""Exchanges frames with the builder.

The event loop reads the channel and combines the frames sent in one iteration into one write. After `leave_loop`,
threads do both: each one blocks in `receive` and `flush`.
"""

import asyncio
import collections
import socket
import threading

from slipway_host.messages import HEADER, frame

_READ_BYTES = 64 * 1024


class Channel:
    def __init__(self, sock, on_frame, on_end):
        self._socket = sock
        self._on_frame = on_frame
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._in_loop = True
        self._buffer = memoryview(bytearray(_READ_BYTES))
        self._received = bytearray()
        self._needed = HEADER.size
        # Threads add frames without a lock. The thread that removes frames writes them in order.
        self._outgoing = collections.deque()
        self._unsent = memoryview(b"")
        self._writing = threading.Lock()
        self._loop.add_reader(sock, self.receive)

    def leave_loop(self):
        self._loop.remove_reader(self._socket)
        with self._writing:
            self._loop.remove_writer(self._socket)
            self._in_loop = False
        self.flush()

    def receive(self):
        """Reads available bytes and handles complete frames. Blocks if a thread calls it."""
        try:
            size = self._socket.recv_into(self._buffer, 0, socket.MSG_DONTWAIT if self._in_loop else 0)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            size = 0
        if size == 0:
            self._on_end()
        self._split(bytes(self._buffer[:size]))

    def _split(self, data):
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
        """Sends a frame. Call this on the event loop, or after `leave_loop` in any thread."""
        self.add(kind, call_id, body)
        if not self._in_loop:
            self.flush()
        elif len(self._outgoing) == 1:
            self._loop.call_soon(self.flush)

    def add(self, kind, call_id, body=b""):
        """Queues a frame for the next `flush`."""
        self._outgoing.append(frame(kind, call_id, body))

    def flush(self):
        with self._writing:
            while self._unsent or self._outgoing:
                if not self._unsent:
                    self._unsent = memoryview(self._take_outgoing())
                if not self._write():
                    self._loop.add_writer(self._socket, self.flush)
                    return
            if self._in_loop:
                self._loop.remove_writer(self._socket)

    def _take_outgoing(self):
        outgoing = self._outgoing
        return b"".join([outgoing.popleft() for _ in range(len(outgoing))])

    def _write(self):
        """Returns whether it wrote something, or will never write again. Blocks if a thread calls it."""
        try:
            size = self._socket.send(self._unsent, socket.MSG_DONTWAIT if self._in_loop else 0)
        except BlockingIOError:
            return False
        except OSError:
            size = len(self._unsent)  # the builder is gone, which ends the reader, and this process
        self._unsent = self._unsent[size:]
        return True

    def send_from_thread(self, kind, call_id, body):
        """Sends a short frame immediately, even if the event loop is blocked, unless an earlier frame is still being
        sent.
        """
        with self._writing:
            if not self._unsent:
                try:
                    self._socket.send(frame(kind, call_id, body), socket.MSG_DONTWAIT)  # of a few KiB: as a whole or not at all
                    return
                except BlockingIOError:
                    pass
        self._loop.call_soon_threadsafe(self.send, kind, call_id, body)
