"""Runs an `async def` handler's calls on the event loop, so that they don't block each other.

The builder enforces the time limit and cancels calls; nothing here measures time.
"""

import asyncio
import inspect
import time

from slipway_host.current_call import current
from slipway_host.loop_watch import LoopWatch
from slipway_host.messages import ANSWER, ENDED, REFUSED, InvalidCall, read_call, split_call
from slipway_host.streams import is_generator, iterate_on_loop


class LoopCalls:
    def __init__(self, invoke, outcomes, reporter, streams):
        self._invoke = invoke
        self._outcomes = outcomes
        self._streams = streams
        self._reporter = reporter
        self._send = reporter.send
        self._loop = asyncio.get_running_loop()
        self._watch = LoopWatch(self._loop, self._blocked, reporter.warn)
        self._tasks = {}
        self._calls = {}

    def call(self, call_id, body):
        call, body = split_call(body)
        try:
            inputs, parameters = read_call(body)
        except InvalidCall as error:
            self._send(REFUSED, call_id, str(error).encode("utf-8", "replace"))
            return
        self._calls[call_id] = call
        running = self._run(call_id, call, inputs, parameters)
        self._tasks[call_id] = self._loop.create_task(running, context=self._invoke.contexts.create())
        if not self._watch.is_on:
            self._watch.start(self._has_calls)

    def cancel(self, call_id):
        """Cancels a call. Sends ENDED once no part of it is still running."""
        task = self._tasks.get(call_id)
        if task is None:
            self._send(ENDED, call_id)
            return
        self._calls[call_id].is_cancelled = True
        task.cancel()
        task.add_done_callback(lambda _: self._end_unstarted(call_id))

    def credit(self, call_id, body):
        self._streams.credit(call_id, body)

    def _end_unstarted(self, call_id):
        """Finishes a task that was cancelled before its first step, because such a task never reaches _finish."""
        if call_id in self._calls:
            self._finish(call_id, b"")

    async def _run(self, call_id, call, inputs, parameters):
        current.set(call)
        started = time.perf_counter()
        try:
            result = self._invoke(inputs, parameters)
            if inspect.isawaitable(result):
                result = await result
            if type(result) is not dict and is_generator(result):
                result = await iterate_on_loop(result, self._streams.take(call_id, call))
            body = self._outcomes.success(result, started)
        except BaseException as error:
            body = self._outcomes.failure(error, call.request_id, started)
        self._finish(call_id, body)

    def _finish(self, call_id, body):
        self._tasks.pop(call_id, None)
        self._streams.end(call_id)
        call = self._calls.pop(call_id)
        self._reporter.end_lines(call.request_id)
        if call.is_cancelled:
            self._send(ENDED, call_id)
        else:
            self._send(ANSWER, call_id, body)

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
