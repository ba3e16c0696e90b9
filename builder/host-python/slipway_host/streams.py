"""Consumes a generator handler's values: sends each one as it's yielded if the caller streams, otherwise collects
them.

A stream pauses while its reader is a full window behind. The generator isn't resumed in the meantime, so the stream
buffers only one value.
"""

import asyncio
import inspect
import threading
import time

from slipway_host.messages import BEGAN, CHUNK, CREDIT_BYTES, Encoded, InvalidResult, encode_value, too_large


class Streams:
    """`limits` has the maximum bytes of a value, a stream and its window, a value's overhead in the window, and a
    stream's maximum seconds.
    """

    def __init__(self, send, limits, answer_bytes):
        self._send = send
        self._limits = limits
        self._answer_bytes = answer_bytes
        self._open = {}

    def take(self, call_id, call):
        """Returns the consumer of a call's values. Call `end` once the call has ended."""
        if not call.is_streamed:
            return _Collection(self._answer_bytes)
        stream = self._open[call_id] = _Stream(self._send, call_id, call, self._limits)
        return stream

    def credit(self, call_id, body):
        """Records the bytes that the reader has taken."""
        stream = self._open.get(call_id)
        if stream is not None:
            stream.add_credit(CREDIT_BYTES.unpack(body)[0])

    def wake(self, call_id):
        """Wakes the stream of a cancelled call if it is waiting."""
        stream = self._open.get(call_id)
        if stream is not None:
            stream.add_credit(0)

    def end(self, call_id):
        self._open.pop(call_id, None)


class _Collection:
    is_ready = True

    def __init__(self, bytes_max):
        self._bytes_max = bytes_max
        self._size = 2
        self._values = []

    def put(self, value):
        body = encode_value(value, self._bytes_max, f"value {len(self._values) + 1}")
        self._size += len(body) + 1
        if self._size > self._bytes_max:
            raise too_large(self._size, self._bytes_max)
        self._values.append(body)

    def result(self):
        return Encoded(b"[%b]" % b",".join(self._values))


class _Stream:
    def __init__(self, send, call_id, call, limits):
        self._send = send
        self._call_id = call_id
        self._call = call
        self._limits = limits
        self._began = time.time()
        self._count = 0
        self._size = 0
        self._credit = limits["window_bytes"]
        self._changed = threading.Condition()
        self._wake = None
        send(BEGAN, call_id)

    @property
    def is_ready(self):
        return self._credit > 0 or self._call.is_cancelled

    def put(self, value):
        body = encode_value(value, self._limits["value_bytes"], f"value {self._count + 1}")
        if self._count == 0:
            self._call.deadline = self._began + self._limits["seconds"]
        self._count += 1
        self._size += len(body)
        if self._size > self._limits["bytes"]:
            raise InvalidResult(f"the values are more than {self._limits['bytes']} bytes, the limit of a stream")
        with self._changed:
            self._credit -= len(body) + self._limits["value_cost"]
        self._send(CHUNK, self._call_id, body)

    def result(self):
        return Encoded(b"null")

    def add_credit(self, size):
        with self._changed:
            self._credit += size
            self._changed.notify_all()
            wake = self._wake
        if wake is not None:
            wake()

    def wait(self):
        with self._changed:
            self._changed.wait_for(lambda: self.is_ready)

    async def wait_on_loop(self):
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        with self._changed:
            self._wake = lambda: loop.call_soon_threadsafe(changed.set)
        while not self.is_ready:
            await changed.wait()
            changed.clear()
        self._wake = None


def iterate(values, taker, call, wait):
    """Runs a generator until it ends, in its call's thread. `wait` returns when the consumer is ready."""
    try:
        while True:
            if not taker.is_ready:
                wait()
            if call.is_cancelled:
                raise asyncio.CancelledError
            try:
                value = next(values)
            except StopIteration:
                return taker.result()
            taker.put(value)
    finally:
        values.close()


async def iterate_on_loop(values, taker):
    """Runs a sync or async generator until it ends, on the event loop. Cancelling the call cancels its task."""
    is_async = inspect.isasyncgen(values)
    try:
        while True:
            if not taker.is_ready:
                await taker.wait_on_loop()
            try:
                value = await anext(values) if is_async else next(values)
            except (StopAsyncIteration, StopIteration):
                return taker.result()
            taker.put(value)
            await asyncio.sleep(0)  # sends the value, and lets other calls run
    finally:
        if is_async:
            await values.aclose()
        else:
            values.close()


def is_generator(result):
    return inspect.isgenerator(result) or inspect.isasyncgen(result)
