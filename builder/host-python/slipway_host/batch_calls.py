"""Runs the calls of a handler with `run_many`, one batch at a time. The builder says which calls are a batch."""

import asyncio
import functools
import threading
import time

from slipway_host.current_call import CurrentBatch
from slipway_host.messages import ANSWER, ENDED, LOST, REFUSED, InvalidCall, split_call
from slipway_host.run_many import Member, RunMany
from slipway_host.thread_calls import ThreadCalls


class LoopBatches:
    """Runs batches of an `async def run_many` on the event loop."""

    def __init__(self, invoke, outcomes, reporter, retries):
        self._create_context = invoke.contexts.create
        self._many = RunMany(invoke, retries)
        self._calls = _Calls(invoke.read, reporter, reporter.send)
        self._create_outcomes = functools.partial(BatchOutcomes, self._calls.answer, outcomes, reporter)
        self._loop = asyncio.get_running_loop()
        self._task = None
        self.call = self._calls.add

    def run(self):
        """Runs the calls since the last `run` as one batch."""
        members = self._calls.take()
        if members:
            self._task = self._loop.create_task(self._many.run(members, self._create_context, self._create_outcomes()))
            self._task.add_done_callback(lambda _: self._calls.end(members))

    def cancel(self, call_id):
        """Cancels a call. Cancels the coroutine when nobody waits for its batch."""
        self._calls.cancel(call_id)
        if self._task is not None and self._calls.are_abandoned:
            self._task.cancel()

    def credit(self, call_id, body):
        """Batches have no streams."""


class ThreadBatches(ThreadCalls):
    """Runs batches of a plain `run_many` in threads, as calls: the thread that reads a batch runs it."""

    def __init__(self, invoke, outcomes, reporter, channel, retries):
        super().__init__(invoke, outcomes, reporter, None, channel, 1)
        self._many = RunMany(invoke, retries)
        self._calls = _Calls(invoke.read, reporter, channel.add)
        self._create_outcomes = functools.partial(BatchOutcomes, self._calls.answer, outcomes, reporter)
        self.call = self._calls.add
        self.cancel = self._calls.cancel

    def run(self):
        """Runs the calls since the last `run` as one batch."""
        members = self._calls.take()
        if members:
            batch_id, batch = members[0].call_id, CurrentBatch([member.call for member in members])
            with self._lock:
                self._order.append(batch_id)
                self._waiting[batch_id] = (batch_id, batch, members)

    def credit(self, call_id, body):
        """Batches have no streams."""

    def _run(self, me, batch_id, batch, members):
        started = time.perf_counter()
        self._many.run_in_thread(members, self._create_context, self._create_outcomes(self._channel.flush))
        self._calls.end(members)
        with self._lock:
            self._release(me, time.perf_counter() - started)
            self._in_progress.pop(batch_id, None)
        self._channel.flush()


class _Calls:
    """The calls without an answer. `send` sends a frame."""

    def __init__(self, read, reporter, send):
        self._read = read
        self._reporter = reporter
        self._send = send
        # Guards the calls by ID, and whether they are cancelled.
        self._lock = threading.Lock()
        self._open = {}
        self._gathered = []

    @property
    def are_abandoned(self):
        with self._lock:
            return all(member.call.is_cancelled for member in self._open.values())

    def add(self, call_id, body):
        call, body = split_call(body)
        try:
            member = _Called(call_id, call, functools.partial(self._read, body))
        except InvalidCall as error:
            self._send(REFUSED, call_id, str(error).encode("utf-8", "replace"))
            return
        self._open[call_id] = member
        self._gathered.append(member)

    def take(self):
        """Returns the calls since the last `take`."""
        members, self._gathered = self._gathered, []
        return members

    def cancel(self, call_id):
        """Cancels a call. Sends ENDED once the batch that includes it isn't running anymore."""
        with self._lock:
            member = self._open.get(call_id)
            if member is not None:
                member.call.is_cancelled = True
        if member is None:
            self._send(ENDED, call_id)

    def answer(self, member, body):
        """Answers a call. Without a body, it goes to another process."""
        with self._lock:
            if self._open.pop(member.call_id, None) is None:
                return
            kind, body = (LOST, b"") if body is None else (ANSWER, body)
            if member.call.is_cancelled:
                kind, body = ENDED, b""
        self._reporter.end_lines(member.call.request_id)
        self._send(kind, member.call_id, body)

    def end(self, members):
        """Ends the calls that were cancelled before their turn."""
        for member in members:
            self.answer(member, b"")


class _Called(Member):
    def __init__(self, call_id, call, read):
        super().__init__(call, read)
        self.call_id = call_id


class BatchOutcomes:
    """Answers the calls of one batch."""

    def __init__(self, answer, outcomes, reporter, flush=None):
        """`answer(member, None)` passes a call to another process. `flush`, if any, sends the answers of a part of the batch."""
        self._answer = answer
        self._flush = flush
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

    def lost(self, members, error=None):
        """Passes calls to another process, because CUDA can't recover from the error. None: it is a call's answer already."""
        if error is not None:
            self._outcomes.lose(error, "")
        for member in members:
            self._answer(member, None)

    def end_part(self):
        if self._flush is not None:
            self._flush()

    def only_together(self, error, size):
        note = f"run_many raised an exception for {size} calls together, but not for fewer. If a smaller max_size avoids it, set one."
        self._reporter.log_error(error, "", note)
