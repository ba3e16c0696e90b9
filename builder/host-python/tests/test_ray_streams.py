"""Tests a Ray replica's streams: their lines, the reports of their readers, and which calls are admitted meanwhile."""

import asyncio
import contextvars
import json
import threading
import unittest

from support import STREAM_LIMITS

from slipway_host.current_call import CurrentCall
from slipway_ray.admission import Admission
from slipway_ray.streams import ReplicaStreams

WINDOW = STREAM_LIMITS["window_bytes"]
ARGS = {"stream": STREAM_LIMITS, "answer_bytes": 1 << 20, "concurrency": 4}
SHAPES = ("generator", "async generator")


class Source:
    """A handler that yields `count` values of 1,000 bytes. Counts them, and notices when it's closed."""

    def __init__(self, shape, count):
        self.count = count
        self.yielded = 0
        self._more = threading.Condition()
        self.closed = threading.Event()
        is_async = shape == "async generator"
        self.values = self._async_values() if is_async else self._values()
        # Plain generators run in threads.
        self.context = None if is_async else contextvars.copy_context()

    def _values(self):
        try:
            while self.yielded < self.count:
                with self._more:
                    self.yielded += 1
                    self._more.notify_all()
                yield "x" * 998
        finally:
            self.closed.set()

    async def has_yielded(self, count):
        """Returns how many values it yielded, once it has yielded so many. A plain generator's thread may be behind the reader."""

        def wait():
            with self._more:
                self._more.wait_for(lambda: self.yielded >= count, 10)

        await asyncio.to_thread(wait)
        return self.yielded

    async def _async_values(self):
        for value in self._values():
            yield value


class Replica:
    def __init__(self, test):
        self.streams = ReplicaStreams("127.0.0.1", ARGS, Admission(1))
        test.addCleanup(self.end)

    def end(self):
        """Stops listening, as the end of the process does."""
        if self.streams._server is not None:
            self.streams._server.close()

    def stream(self, source, seconds=30):
        """Returns the stream, and the task that runs its generator."""
        stream = self.streams.open()
        call = CurrentCall("", None, True)

        async def answer():
            stream.limit = asyncio.timeout(seconds)
            try:
                async with stream.limit:
                    await self.streams.consume(source.values, call, stream, source.context)
                return b'{"status":"success"}'
            except TimeoutError:
                return None

        answering = asyncio.create_task(answer())
        answering.add_done_callback(lambda _: self.streams.close(stream))
        return stream, answering

    async def name(self, stream):
        """Returns the stream's address and ID, as the Worker reads them."""
        media_type = await self.streams.media_type(stream)
        return media_type.partition('stream="')[2].rstrip('"')

    async def report(self, stream, taken):
        return await self.streams.report(f"{await self.name(stream)} {taken}")


async def read(lines, bytes_min):
    """Reads at least so many bytes of a stream's lines."""
    text = b""
    while len(text) < bytes_min:
        text += await anext(lines)
    return text


class Streams(unittest.IsolatedAsyncioTestCase):
    async def paused(self, source):
        """Returns a replica and its stream, which is a window ahead of its reader."""
        replica = Replica(self)
        stream, answering = replica.stream(source)
        self.assertTrue(await stream.has_begun(answering))
        lines = stream.lines(answering)
        await read(lines, WINDOW)
        return replica, stream, answering, lines

    async def test_the_lines_are_the_values_and_then_the_answer(self):
        for shape in SHAPES:
            stream, answering = Replica(self).stream(Source(shape, 3))
            self.assertTrue(await stream.has_begun(answering))
            text = b"".join([line async for line in stream.lines(answering)])
            lines = [json.loads(line) for line in text.splitlines() if line]
            self.assertEqual(lines, [{"value": "x" * 998}] * 3 + [{"end": {"status": "success"}}])

    async def test_a_generator_waits_for_reports_which_any_replica_passes_on(self):
        for shape in SHAPES:
            source = Source(shape, 1000)
            replica, stream, answering, lines = await self.paused(source)
            ahead = -(-WINDOW // 1000)
            self.assertEqual(await source.has_yielded(ahead), ahead)
            self.assertEqual(await replica.report(stream, 10_000), 204)
            await read(lines, 10_000)
            self.assertEqual(await source.has_yielded(ahead + 10), ahead + 10)
            another = Replica(self).streams
            for _ in range(2):
                self.assertEqual(await another.report(f"{await replica.name(stream)} 20000"), 204)
            await read(lines, 10_000)
            self.assertEqual(await source.has_yielded(ahead + 20), ahead + 20)
            answering.cancel()

    async def test_a_stream_without_a_reader_closes_its_generator(self):
        for shape in SHAPES:
            source = Source(shape, 1000)
            replica, stream, answering, _ = await self.paused(source)
            answering.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await answering
            self.assertTrue(await asyncio.to_thread(source.closed.wait, 10))
            self.assertEqual(await replica.report(stream, 1), 410)

    async def test_a_report_to_a_process_that_has_ended_says_so(self):
        replica, stream, answering, _ = await self.paused(Source("generator", 1000))
        report = f"{await replica.name(stream)} 1"
        replica.end()
        self.assertEqual(await Replica(self).streams.report(report), 424)
        answering.cancel()

    async def test_a_report_that_is_malformed_is_refused(self):
        for text in ("", "127.0.0.1:80/x 1", f"127.0.0.1:80/{'0' * 32} -1", f"127.0.0.1:80/{'0' * 32} 1\n"):
            self.assertEqual(await Replica(self).streams.report(text), 400)

    async def test_a_streams_own_time_limit_applies_from_its_first_value_on(self):
        _, stream, answering, _ = await self.paused(Source("async generator", 1000))
        left = stream.limit.when() - asyncio.get_running_loop().time()
        self.assertAlmostEqual(left, STREAM_LIMITS["seconds"], delta=10)
        answering.cancel()

    async def test_a_stream_that_takes_too_long_ends_with_an_error(self):
        async def waits():
            await asyncio.sleep(60)
            yield 1

        source = Source("generator", 0)
        source.values, source.context = waits(), None
        stream, answering = Replica(self).stream(source, seconds=0.05)
        text = b"".join([line async for line in stream.lines(answering)])
        self.assertEqual(json.loads(text)["error"]["code"], "call-timeout")

    async def test_values_of_a_plain_call_become_an_array(self):
        for shape in SHAPES:
            call = CurrentCall("", None, False)
            source = Source(shape, 2)
            result = await Replica(self).streams.consume(source.values, call, None, source.context)
            self.assertEqual(json.loads(result), ["x" * 998] * 2)


class Admissions(unittest.IsolatedAsyncioTestCase):
    async def test_a_call_waits_for_a_place_unless_a_stream_has_it(self):
        admission = Admission(1)
        self.assertTrue(await admission.enter())
        waiting = asyncio.create_task(admission.enter())
        await asyncio.sleep(0)
        admission.leave()
        self.assertTrue(await waiting)
        another = asyncio.create_task(admission.enter())
        await asyncio.sleep(0)
        admission.open_stream()
        self.assertFalse(await another)
        self.assertFalse(await admission.enter())
        admission.close_stream()
        admission.leave()
        self.assertTrue(await admission.enter())

    async def test_a_call_that_leaves_while_it_waits_takes_no_place(self):
        admission = Admission(1)
        await admission.enter()
        waiting = asyncio.create_task(admission.enter())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        admission.leave()
        self.assertTrue(await admission.enter())
