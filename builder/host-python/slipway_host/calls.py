"""Runs a handler's calls concurrently: coroutines on the event loop, plain methods in threads, so that none blocks another.

The builder enforces the time limit and cancels calls; nothing here measures time.
"""

import asyncio
import inspect
import time
from concurrent.futures import ThreadPoolExecutor

from slipway_host import request_marks
from slipway_host.failure import message_of, type_of
from slipway_host.loop_watch import LoopWatch
from slipway_host.messages import (
    ANSWER,
    ENDED,
    REFUSED,
    InvalidCall,
    InvalidResult,
    encode_error,
    encode_success,
    read_call,
    split_call,
)


class Calls:
    def __init__(self, invoke, reporter, threads, answer_bytes):
        """`threads` is how many calls of a plain method run at the same time."""
        self._invoke = invoke
        self._reporter = reporter
        self._send = reporter.send
        self._answer_bytes = answer_bytes
        self._loop = asyncio.get_running_loop()
        self._threads = None if invoke.is_async else ThreadPoolExecutor(threads, "call")
        self._watch = LoopWatch(self._loop, self._blocked, reporter.warn) if invoke.is_async else None
        self._tasks = {}
        self._futures = {}
        self._cancelled = set()

    def call(self, call_id, body):
        request, body = split_call(body)
        try:
            inputs, parameters = read_call(body)
        except InvalidCall as error:
            self._send(REFUSED, call_id, str(error).encode("utf-8", "replace"))
            return
        run = self._on_loop if self._threads is None else self._in_thread
        self._tasks[call_id] = self._loop.create_task(run(call_id, request, inputs, parameters))
        if self._watch is not None and not self._watch.is_on:
            self._watch.start(self._has_calls)

    def cancel(self, call_id):
        """Cancels a call. ENDED is sent once nothing of it runs any longer: a thread that has started can't be stopped."""
        task = self._tasks.get(call_id)
        if task is None:
            self._send(ENDED, call_id)
            return
        self._cancelled.add(call_id)
        future = self._futures.get(call_id)
        if future is not None:
            future.cancel()
        else:
            task.cancel()
            task.add_done_callback(lambda _: self._end_unstarted(call_id))

    def _end_unstarted(self, call_id):
        """Finishes a task that was cancelled before its first step: it never reaches _finish by itself."""
        if call_id in self._cancelled:
            self._finish(call_id, b"")

    async def _on_loop(self, call_id, request, inputs, parameters):
        request_marks.current.set(request)
        started = time.perf_counter()
        try:
            body = self._success(await self._invoke(inputs, parameters), started)
        except BaseException as error:
            body = self._failure(error, started)
        self._finish(call_id, body, request)

    async def _in_thread(self, call_id, request, inputs, parameters):
        request_marks.current.set(request)
        started = time.perf_counter()
        try:
            future = self._futures[call_id] = self._threads.submit(_guarded, self._invoke, request, inputs, parameters)
            result, error = await asyncio.wrap_future(future)
            del self._futures[call_id]
            if error is not None:
                raise error
            if inspect.isawaitable(result):
                result = await result
            body = self._success(result, started)
        except BaseException as error:
            body = self._failure(error, started)
        self._finish(call_id, body, request)

    def _finish(self, call_id, body, request=""):
        self._tasks.pop(call_id, None)
        self._futures.pop(call_id, None)
        self._reporter.end_lines(request)
        if call_id in self._cancelled:
            self._cancelled.discard(call_id)
            self._send(ENDED, call_id)
        else:
            self._send(ANSWER, call_id, body)

    def _success(self, result, started):
        return encode_success(result, _milliseconds_since(started), self._answer_bytes)

    def _failure(self, error, started):
        if not isinstance(error, (InvalidResult, asyncio.CancelledError)):
            self._reporter.log_error(error, request_marks.current.get())
        return encode_error(type_of(error), self._reporter.clean(message_of(error)), _milliseconds_since(started))

    def _has_calls(self):
        return bool(self._tasks)

    def _blocked(self, frame):
        place = self._reporter.place_of_frame(frame)
        at = f" at {place}" if place else ""
        name = getattr(self._invoke.method, "__qualname__", self._invoke.name)
        return (
            f"{name} blocked the event loop for over {LoopWatch.blocked_seconds:g} s{at}, and all other calls waited. "
            "Use `def` instead of `async def`: such a handler runs in threads. Or await what takes so long."
        )


def _guarded(invoke, request, inputs, parameters):
    """Returns (result, error): a future can't carry some exceptions, such as StopIteration."""
    request_marks.current.set(request)
    try:
        return invoke(inputs, parameters), None
    except BaseException as error:
        return None, error


def _milliseconds_since(started):
    return (time.perf_counter() - started) * 1000
