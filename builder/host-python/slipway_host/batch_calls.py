"""Runs the calls of a handler with `run_many`, one batch at a time. The builder says which calls are a batch."""

import asyncio
import functools
import time

from slipway_host.messages import ANSWER, ENDED, REFUSED, InvalidCall, split_call
from slipway_host.run_many import Member, RunMany


class BatchCalls:
    def __init__(self, invoke, outcomes, reporter, retries):
        self._invoke = invoke
        self._many = RunMany(invoke, retries)
        self._outcomes = outcomes
        self._reporter = reporter
        self._send = reporter.send
        self._loop = asyncio.get_running_loop()
        # The calls without an answer, by ID, and those of the next batch.
        self._open = {}
        self._gathered = []
        self._task = None

    def call(self, call_id, body):
        call, body = split_call(body)
        try:
            member = _Called(call_id, call, functools.partial(self._invoke.read, body))
        except InvalidCall as error:
            self._send(REFUSED, call_id, str(error).encode("utf-8", "replace"))
            return
        self._open[call_id] = member
        self._gathered.append(member)

    def run(self):
        """Runs the calls since the last `run` as one batch."""
        members, self._gathered = self._gathered, []
        if members:
            running = self._many.run(members, self._invoke.contexts.create, BatchOutcomes(self._answer, self._outcomes, self._reporter))
            self._task = self._loop.create_task(running)
            self._task.add_done_callback(lambda _: self._end_cancelled(members))

    def cancel(self, call_id):
        """Cancels a call. Sends ENDED once the batch that includes it isn't running anymore. A coroutine is cancelled when
        nobody waits for its batch; a thread can't be stopped.
        """
        member = self._open.get(call_id)
        if member is None:
            self._send(ENDED, call_id)
            return
        member.call.is_cancelled = True
        runs = self._task is not None and member not in self._gathered
        if runs and self._invoke.is_async and all(other.call.is_cancelled for other in self._open.values()):
            self._task.cancel()

    def credit(self, call_id, body):
        """Batches have no streams."""

    def _answer(self, member, body):
        if self._open.pop(member.call_id, None) is None:
            return
        self._reporter.end_lines(member.call.request_id)
        kind, body = (ENDED, b"") if member.call.is_cancelled else (ANSWER, body)
        self._send(kind, member.call_id, body)

    def _end_cancelled(self, members):
        for member in members:
            self._answer(member, b"")


class _Called(Member):
    def __init__(self, call_id, call, read):
        super().__init__(call, read)
        self.call_id = call_id


class BatchOutcomes:
    """Answers the calls of one batch."""

    def __init__(self, answer, outcomes, reporter):
        self._answer = answer
        self._outcomes = outcomes
        self._reporter = reporter
        self._started = time.perf_counter()

    def returned(self, member, result):
        try:
            body = self._outcomes.success(result, self._started)
        except BaseException as error:
            body = self._outcomes.failure(error, member.call.request_id, self._started)
        self._answer(member, body)

    def raised(self, members, error):
        """Answers all calls with the same error, and logs it once."""
        request = members[0].call.request_id if len(members) == 1 else ""
        body = self._outcomes.failure(error, request, self._started)
        for member in members:
            self._answer(member, body)

    def only_together(self, error, size):
        note = f"run_many raised an exception for {size} calls together, but not for fewer. If a smaller max_size avoids it, set one."
        self._reporter.log_error(error, "", note)
