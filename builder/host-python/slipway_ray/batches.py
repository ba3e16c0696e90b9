"""Gathers a replica's concurrent calls with equal parameters and runs one batch at a time, as the builder's queue does
(builder/server/instances/batch-queue.ts).

If a process hangs or dies, the guilty call of its batch is unknown, so Slipway sends each of the batch's calls again, alone.
The response to such a call begins before its handler runs. If the process dies then, only this call can be the cause.
"""

import asyncio
import contextvars
import functools
import json
import re

from slipway_host.batch_calls import BatchOutcomes
from slipway_host.messages import read_call
from slipway_host.run_many import Member, RunMany

# Statuses shared with the Worker (src/features/clusters/ray/calls.ts). OCCUPIED: the call has not run.
ANSWERED, TOO_LATE, LOST, OCCUPIED = 200, 504, 424, 429
# Shared with the Worker (src/features/clusters/ray/batches.ts): the response of a call that runs alone and takes too long.
LATE = b"late"
# Gives the beginning of a response time to arrive before the handler runs.
BEGIN_SECONDS = 0.1
# A call that waits longer than this share of its limit ends alone at the limit, so that old calls don't end the batches of others.
COUNTED_SHARE = 0.5
# How long a cancelled coroutine may take to end.
HANG_SECONDS = 5

_SPACE = re.compile(r"[ \t\n\r]*")
_COLON = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode


def parameters_text(body):
    """Returns the exact text of a valid call's parameters. The Worker writes them before the inputs, which may be large."""
    text = body.decode()
    at = text.index("{")
    while True:
        key, at = _decode(text, _SPACE.match(text, at + 1).end())
        start = _COLON.match(text, at).end()
        _, end = _decode(text, start)
        if key == "parameters":
            return text[start:end]
        at = _SPACE.match(text, end).end()


class Gathered(Member):
    """A call that waits for its batch, or runs in one. Raises InvalidCall."""

    def __init__(self, call, body, limit_seconds, is_alone=False):
        """`limit_seconds` is the plugin's time limit. Its caller may wait less."""
        super().__init__(call, functools.partial(read_call, body))
        loop = asyncio.get_running_loop()
        self.is_alone = is_alone
        self.parameters = object() if is_alone else parameters_text(body)
        self.bytes = len(body)
        self.since = loop.time()
        self._limit = limit_seconds
        # Whether its batch needn't wait for further calls.
        self.is_due = is_alone
        # Has the variables that Serve sets for the request.
        self.context = contextvars.copy_context()
        # Its batch's number of calls, and the milliseconds that it waited, once it runs.
        self.batch = ""
        self._begun = loop.create_future()
        # (status, body)
        self.answer = loop.create_future()

    def begin(self, size):
        """Returns when its batch has hung."""
        now = asyncio.get_running_loop().time()
        waited = now - self.since
        self.batch = f"{size} {round(waited * 1000)}"
        self._begun.set_result(None)
        return now + self._limit - (waited if size == 1 else min(waited, COUNTED_SHARE * self._limit))

    def end(self, status, body=b""):
        if not self.answer.done():
            self.answer.set_result((status, body))

    async def has_begun(self):
        """Waits until the call runs, or has ended without that."""
        await asyncio.wait([self._begun, self.answer], return_when=asyncio.FIRST_COMPLETED)
        return self._begun.done()

    async def lines(self):
        """Yields the response of a call that runs alone."""
        yield b"\n"  # sends the response's head
        status, body = await self.answer
        yield body if status == ANSWERED else LATE


class Batches:
    """`leave` ends the process, because a thread can't be stopped. `replacement` says whether it takes no more calls."""

    def __init__(self, invoke, batching, outcomes, errors, replacement, leave):
        self._invoke = invoke
        self._batching = batching
        self._many = RunMany(invoke, batching["retry"])
        self._create_outcomes = functools.partial(BatchOutcomes, _end, outcomes, errors)
        self._replacement = replacement
        self._leave = leave
        self._is_leaving = False
        self._loop = asyncio.get_running_loop()
        self._waiting = []
        # The calls of the current batch, when it has hung, its task, and its handler's task.
        self._calls, self._until, self._batch, self._running = [], 0, None, None

    @property
    def is_idle(self):
        return not self._calls

    def add(self, call, left_seconds):
        """Takes a call for whose answer its caller waits this long. Cancel the answer when the caller leaves."""
        if self._takes_none:
            call.end(OCCUPIED)
            return
        self._waiting.append(call)
        expiry = self._loop.call_later(left_seconds, self._expire, call)
        call.answer.add_done_callback(lambda _: self._forget(call, expiry))
        self._loop.call_later(self._batching["max_wait_ms"] / 1000, self._fall_due, call)
        self._advance()

    @property
    def _takes_none(self):
        return self._is_leaving or self._replacement.is_asked

    def _fall_due(self, call):
        call.is_due = True
        self._advance()

    def _expire(self, call):
        """Ends a call whose caller stops waiting, unless its whole batch ends."""
        if call in self._waiting:
            call.end(OCCUPIED)
        elif self._loop.time() < self._until:
            call.end(TOO_LATE)

    def _forget(self, call, expiry):
        """Removes a call that has its answer, or whose caller has left. A coroutine is cancelled when nobody waits for its batch."""
        expiry.cancel()
        call.call.is_cancelled = True
        if call in self._waiting:
            self._waiting.remove(call)
        elif self._running and self._invoke.is_async and all(other.answer.done() for other in self._calls):
            self._running.cancel()

    def _advance(self):
        """Starts the next batch, if one is due."""
        if self._takes_none:
            for call in list(self._waiting):
                call.end(OCCUPIED)
            return
        if self._calls:
            return
        self._calls = self._next()
        if self._calls:
            taken = set(self._calls)
            self._waiting = [call for call in self._waiting if call not in taken]
            self._until = min(call.begin(len(self._calls)) for call in self._calls)
            self._batch = self._loop.create_task(self._run(self._calls), context=self._calls[0].context)

    def _next(self):
        """Returns the batch of the call that has waited longest, unless it is still filling. Calls of lost batches go first."""
        filling = set()
        for first in sorted(self._waiting, key=lambda call: not call.is_alone):
            if first.parameters not in filling:
                calls, is_full = self._gather(first.parameters)
                if is_full or first.is_due:
                    return calls
                filling.add(first.parameters)
        return []

    def _gather(self, parameters):
        """Returns the waiting calls with these parameters, in order of arrival, and whether they fill a batch."""
        calls, size = [], 0
        for call in self._waiting:
            if call.parameters == parameters:
                size += call.bytes
                if calls and size > self._batching["max_bytes"]:
                    return calls, True
                calls.append(call)
                if len(calls) == self._batching["max_size"]:
                    return calls, True
        return calls, False

    async def _run(self, calls):
        self._running = asyncio.create_task(self._pass(calls))
        done, _ = await asyncio.wait([self._running], timeout=max(0, self._until - self._loop.time()))
        is_lost = not done and len(calls) > 1 and self._batching["retry"]
        for call in calls:
            call.end(LOST if is_lost else TOO_LATE)
        if not done and not await self._has_stopped():
            self._is_leaving = True
            self._leave()
        self._calls = []
        self._advance()

    async def _pass(self, calls):
        if calls[0].is_alone:
            await asyncio.sleep(BEGIN_SECONDS)
        # RunMany sets the current batch.
        create_context = functools.partial(self._invoke.contexts.create_within, None)
        await self._many.run(calls, create_context, self._create_outcomes())

    async def _has_stopped(self):
        """Cancels the handler. Returns false if it continues."""
        self._running.cancel()
        if not self._invoke.is_async:
            return False
        done, _ = await asyncio.wait([self._running], timeout=HANG_SECONDS)
        return bool(done)


def _end(member, body):
    """Without a body, Slipway sends the call again, to another process."""
    if body is None:
        member.end(LOST)
    else:
        member.end(ANSWERED, body)
