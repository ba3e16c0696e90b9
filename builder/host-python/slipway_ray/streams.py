"""Sends a generator handler's values to Slipway as lines, like a builder does, and pauses the generator while its
reader is behind.

Ray Serve buffers responses without a limit, and gives a request to any replica. So the Worker reports in separate
requests how much its reader has taken (src/features/clusters/ray/streams.ts). The replica that gets a report passes it on to the
stream's replica over TCP.
"""

import asyncio
import concurrent.futures
import functools
import hmac
import re
import secrets

from slipway_host.in_context import in_thread
from slipway_host.messages import BEGAN
from slipway_host.streams import Streams, iterate, iterate_on_loop

LINES = "application/x-ndjson"
# The last line of a stream that takes too long, in a builder's words.
TOO_LATE = b'{"error":{"code":"call-timeout","message":"The stream did not end in time."}}\n'
# Interval of empty lines, which keep the connection open while nothing is yielded.
HEARTBEAT_SECONDS = 15
# Values that are yielded within this time after others are sent together, because each message costs Ray Serve this much.
GROUP_SECONDS = 0.001

# A report is the stream's address and ID, and how much its reader has taken so far. Its last two parts are sent to the address.
REPORT = re.compile(r"(?P<host>[0-9a-fA-F.:]+):(?P<port>\d+)/(?P<line>[0-9a-f]{32} \d{1,15})")
LINE = re.compile(rb"(?P<id>[0-9a-f]{32}) (?P<taken>\d{1,15})\n")
LINE_BYTES_MAX = 64
REPORT_SECONDS = 5
TAKEN, GONE = b"taken\n", b"gone\n"
STATUSES = {TAKEN: 204, GONE: 410}
MALFORMED, ENDED, SILENT = 400, 424, 503


class ReplicaStreams:
    """A replica's open streams. `host` is the node's address in the cluster."""

    def __init__(self, host, args, admission):
        self._host = host
        self._admission = admission
        self._limits = args["stream"]
        self._answer_bytes = args["answer_bytes"]
        # Paused generators don't occupy the threads of other calls.
        self._threads = concurrent.futures.ThreadPoolExecutor(args["concurrency"])
        self._open = {}
        self._server = None
        self._starting = asyncio.Lock()

    def open(self):
        stream = ValueStream(self._limits["seconds"])
        self._open[stream.id] = stream
        stream.began.add_done_callback(lambda _: self._admission.open_stream())
        return stream

    def close(self, stream):
        del self._open[stream.id]
        if stream.began.done():
            self._admission.close_stream()

    async def consume(self, values, call, stream, context=None):
        """Runs a generator until it ends: in a thread and the given context, or else on the event loop. Without a stream, its
        values become an array.
        """
        streams = Streams(stream and stream.receive, self._limits, self._answer_bytes)
        taker = streams.take(None, call)
        if stream is not None:
            stream.taker = taker
        try:
            if context is None:
                return await iterate_on_loop(values, taker)
            run = functools.partial(iterate, values, taker, call, lambda: taker.wait())
            return await in_thread(self._threads, context, run)
        except asyncio.CancelledError:
            call.is_cancelled = True
            streams.wake(None)
            raise
        finally:
            if stream is not None:
                stream.limit = None

    async def media_type(self, stream):
        """Returns the response's type. Its parameter tells the Worker where to report."""
        async with self._starting:
            if self._server is None:
                self._server = await asyncio.start_server(self._serve, self._host, 0, limit=LINE_BYTES_MAX)
        host, port = self._address
        return f'{LINES}; stream="{host}:{port}/{stream.id}"'

    async def report(self, text):
        """Passes a report on to the stream's replica, which may be this one. Returns the response's status."""
        report = REPORT.fullmatch(text)
        if report is None:
            return MALFORMED
        host, port, line = report["host"], int(report["port"]), f"{report['line']}\n".encode()
        if self._server is not None and (host, port) == self._address:
            return STATUSES[self._record(line)]
        try:
            async with asyncio.timeout(REPORT_SECONDS):
                return STATUSES.get(await _send(host, port, line), SILENT)
        except TimeoutError:
            return SILENT
        except OSError:
            return ENDED

    @property
    def _address(self):
        return self._server.sockets[0].getsockname()[:2]

    async def _serve(self, reader, writer):
        try:
            async with asyncio.timeout(REPORT_SECONDS):
                writer.write(self._record(await reader.readline()))
                await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass  # an overlong or unfinished line, or a closed connection
        finally:
            writer.close()

    def _record(self, line):
        report = LINE.fullmatch(line)
        if report is None:
            return GONE
        for stream in self._open.values():
            if hmac.compare_digest(stream.id.encode(), report["id"]):
                stream.record(int(report["taken"]))
                return TAKEN
        return GONE


class ValueStream:
    """The lines of one stream, which lasts up to `seconds` from its first value on."""

    def __init__(self, seconds):
        self._loop = asyncio.get_running_loop()
        self._ends_at = self._loop.time() + seconds
        self.id = secrets.token_hex(16)
        # Done once the handler has returned a generator.
        self.began = self._loop.create_future()
        # The asyncio.timeout of the call, while the generator runs.
        self.limit = None
        self.taker = None
        self._taken = 0
        self._has_values = False
        self._unsent = []
        self._changed = asyncio.Event()

    async def has_begun(self, answering):
        """Waits until the handler has returned a generator, or has ended without one."""
        await asyncio.wait([answering, self.began], return_when=asyncio.FIRST_COMPLETED)
        return self.began.done()

    def receive(self, kind, _, value=b""):
        """Takes what the taker sends, in the generator's thread."""
        if kind == BEGAN:
            self.began.set_result(None)
        else:
            self._loop.call_soon_threadsafe(self._add, b'{"value":%b}\n' % value)

    def record(self, taken):
        """Lets the generator continue as its reader does. Reports may arrive late or twice, so they are totals."""
        if taken > self._taken:
            self.taker.add_credit(taken - self._taken)
            self._taken = taken

    async def lines(self, answering):
        """Yields the lines until `answering` has returned the answer, which is the last one."""
        answering.add_done_callback(lambda _: self._changed.set())
        yield b"\n"  # sends the response's head
        while self._unsent or not answering.done():
            if self._unsent:
                lines = b"".join(self._unsent)
                self._unsent.clear()
                yield lines
                await asyncio.sleep(GROUP_SECONDS)
            else:
                await self._wait()
        answer = answering.result()
        yield TOO_LATE if answer is None else b'{"end":%b}\n' % answer

    async def _wait(self):
        self._changed.clear()
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            self._unsent.append(b"\n")

    def _add(self, line):
        if self.limit is None or self.limit.expired():
            return
        if not self._has_values:
            self.limit.reschedule(self._ends_at)
        self._has_values = True
        self._unsent.append(line)
        self._changed.set()


async def _send(host, port, line):
    reader, writer = await asyncio.open_connection(host, port, limit=LINE_BYTES_MAX)
    try:
        writer.write(line)
        return await reader.readline()
    finally:
        writer.close()
