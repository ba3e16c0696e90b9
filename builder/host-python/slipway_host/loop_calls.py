"""Runs the calls of an `async def` handler on the event loop, so that none blocks another.

The builder enforces the time limit and cancels calls; nothing here measures time.
"""

import asyncio
import time

from slipway_host import request_marks
from slipway_host.loop_watch import LoopWatch
from slipway_host.messages import ANSWER, ENDED, REFUSED, InvalidCall, read_call, split_call


class LoopCalls:
    def __init__(self, invoke, outcomes, reporter):
        self._invoke = invoke
        self._outcomes = outcomes
        self._reporter = reporter
        self._send = reporter.send
        self._loop = asyncio.get_running_loop()
        self._watch = LoopWatch(self._loop, self._blocked, reporter.warn)
        self._tasks = {}
        self._cancelled = set()

    def call(self, call_id, body):
        request, body = split_call(body)
        try:
            inputs, parameters = read_call(body)
        except InvalidCall as error:
            self._send(REFUSED, call_id, str(error).encode("utf-8", "replace"))
            return
        self._tasks[call_id] = self._loop.create_task(self._run(call_id, request, inputs, parameters))
        if not self._watch.is_on:
            self._watch.start(self._has_calls)

    def cancel(self, call_id):
        """Cancels a call. ENDED is sent once nothing of it runs any longer."""
        task = self._tasks.get(call_id)
        if task is None:
            self._send(ENDED, call_id)
            return
        self._cancelled.add(call_id)
        task.cancel()
        task.add_done_callback(lambda _: self._end_unstarted(call_id))

    def _end_unstarted(self, call_id):
        """Finishes a task that was cancelled before its first step: it never reaches _finish by itself."""
        if call_id in self._cancelled:
            self._finish(call_id, b"")

    async def _run(self, call_id, request, inputs, parameters):
        request_marks.current.set(request)
        started = time.perf_counter()
        try:
            body = self._outcomes.success(await self._invoke(inputs, parameters), started)
        except BaseException as error:
            body = self._outcomes.failure(error, request, started)
        self._finish(call_id, body, request)

    def _finish(self, call_id, body, request=""):
        self._tasks.pop(call_id, None)
        self._reporter.end_lines(request)
        if call_id in self._cancelled:
            self._cancelled.discard(call_id)
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
