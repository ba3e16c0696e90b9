"""Runs a handler's calls concurrently: coroutines on the event loop, plain methods in threads, so that none blocks another.

The builder enforces the time limit and cancels calls; nothing here measures time.
"""

import asyncio
import inspect
import time
from concurrent.futures import ThreadPoolExecutor

from slipway_host.failure import message_of, type_of
from slipway_host.messages import (
    ANSWER,
    ENDED,
    REFUSED,
    InvalidCall,
    InvalidResult,
    encode_error,
    encode_success,
    read_call,
)

THREADS = 8


class Calls:
    def __init__(self, invoke, send, log_error, clean, answer_bytes):
        self._invoke = invoke
        self._send = send
        self._log_error = log_error
        self._clean = clean
        self._answer_bytes = answer_bytes
        self._loop = asyncio.get_running_loop()
        self._threads = None if invoke.is_async else ThreadPoolExecutor(THREADS, "call")
        self._tasks = {}
        self._futures = {}
        self._cancelled = set()

    def call(self, call_id, body):
        try:
            inputs, parameters = read_call(body)
        except InvalidCall as error:
            self._send(REFUSED, call_id, str(error).encode("utf-8", "replace"))
            return
        run = self._on_loop if self._threads is None else self._in_thread
        self._tasks[call_id] = self._loop.create_task(run(call_id, inputs, parameters))

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

    async def _on_loop(self, call_id, inputs, parameters):
        started = time.perf_counter()
        try:
            body = self._success(await self._invoke(inputs, parameters), started)
        except BaseException as error:
            body = self._failure(error, started)
        self._finish(call_id, body)

    async def _in_thread(self, call_id, inputs, parameters):
        started = time.perf_counter()
        try:
            future = self._futures[call_id] = self._threads.submit(_guarded, self._invoke, inputs, parameters)
            result, error = await asyncio.wrap_future(future)
            del self._futures[call_id]
            if error is not None:
                raise error
            if inspect.isawaitable(result):
                result = await result
            body = self._success(result, started)
        except BaseException as error:
            body = self._failure(error, started)
        self._finish(call_id, body)

    def _finish(self, call_id, body):
        self._tasks.pop(call_id, None)
        self._futures.pop(call_id, None)
        if call_id in self._cancelled:
            self._cancelled.discard(call_id)
            self._send(ENDED, call_id)
        else:
            self._send(ANSWER, call_id, body)

    def _success(self, result, started):
        return encode_success(result, _milliseconds_since(started), self._answer_bytes)

    def _failure(self, error, started):
        if not isinstance(error, (InvalidResult, asyncio.CancelledError)):
            self._log_error(error)
        return encode_error(type_of(error), self._clean(message_of(error)), _milliseconds_since(started))


def _guarded(invoke, inputs, parameters):
    """Returns (result, error): a future can't carry some exceptions, such as StopIteration."""
    try:
        return invoke(inputs, parameters), None
    except BaseException as error:
        return None, error


def _milliseconds_since(started):
    return (time.perf_counter() - started) * 1000
