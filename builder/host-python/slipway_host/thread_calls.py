"""Runs a plain `def` handler's calls in threads, so that they don't block each other.

Passing a call to another thread takes longer than most calls. So one thread leads: it reads the channel and runs
arriving calls itself. If a call takes long, another thread takes the lead, at the latest when the watch notices. If
recent calls took long, another thread takes the lead before the call runs. The event loop isn't involved: a plain
method may run its own loop.
"""

import asyncio
import collections
import inspect
import threading
import time

from slipway_host.current_call import current
from slipway_host.messages import ANSWER, ENDED, LOST, REFUSED, InvalidCall, split_call
from slipway_host.replacement import Lost
from slipway_host.streams import is_generator, iterate, iterate_on_loop

# If calls take longer on average, another thread leads while they run.
_QUICK_SECONDS = 0.00025
# The average counts a call as at most this long, so that a single slow call has little effect. Each new call has
# the weight below.
_COUNTED_SECONDS = 0.002
_NEWEST_WEIGHT = 0.1
# The watch interval, and how long a call may run before another thread takes the lead.
_WATCH_SECONDS = 0.005
# Answers of quick calls wait this long for each other, so that one write sends them all.
_WRITE_SECONDS = 0.0002


class _Thread:
    def __init__(self):
        self.wake = threading.Lock()
        self.wake.acquire()
        # When its current call started, by time.monotonic(). None between calls.
        self.began = None


class ThreadCalls:
    def __init__(self, invoke, outcomes, reporter, streams, channel, threads):
        """`threads` is the number of concurrent calls."""
        self._invoke = invoke
        self._create_context = invoke.contexts.create
        self._read = invoke.read
        self._outcomes = outcomes
        self._reporter = reporter
        self._streams = streams
        self._channel = channel
        self._loop = asyncio.get_running_loop()
        self._running_max = threads
        self._started = 0
        # Guards the fields below. Never block while holding it.
        self._lock = threading.Lock()
        self._leader = None
        self._idle = []
        self._order = collections.deque()
        self._waiting = {}
        self._running = 0
        self._in_progress = {}
        self._awaited = {}
        self._seconds = 0.0
        self._led = 0
        self._is_watching = False
        self._watch_wake = threading.Lock()
        self._watch_wake.acquire()
        self._written_at = 0.0

    def start(self):
        """Reads the channel from now on. The channel must have left the event loop."""
        with self._lock:
            self._lead_by_another()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def call(self, call_id, body):
        with self._lock:
            self._order.append(call_id)
            self._waiting[call_id] = (call_id, *split_call(body))

    def cancel(self, call_id):
        """Cancels a call. Sends ENDED once no part of it is still running, because a thread can't be stopped."""
        with self._lock:
            is_waiting = self._waiting.pop(call_id, None) is not None
            call = None if is_waiting else self._in_progress.get(call_id)
            if call is not None:
                call.is_cancelled = True
        if call is None:
            self._channel.add(ENDED, call_id)
        else:
            self._streams.wake(call_id)
            self._loop.call_soon_threadsafe(self._cancel_awaited, call_id)

    def credit(self, call_id, body):
        self._streams.credit(call_id, body)

    def _work(self, me):
        while True:
            call = self._take(me)
            if call is not None:
                context = self._create_context()
                awaited = context.run(self._run, me, *call)
                if awaited is not None:
                    self._await(me, call[0], awaited, context)
            elif self._leader is me:
                self._channel.flush()
                self._channel.receive()
            else:
                me.wake.acquire()

    def _take(self, me):
        """Returns a call to run, as (call ID, call, body). If there is none, the thread leads or waits until it's
        woken.
        """
        with self._lock:
            if self._leader is None:
                self._leader = me
            taken = self._pop_waiting() if self._running < self._running_max else None
            if taken is None:
                if self._leader is not me:
                    self._idle.append(me)
                return None
            self._running += 1
            self._in_progress[taken[0]] = taken[1]
            me.began = time.monotonic()
            if self._leader is me:
                self._led += 1
                if self._seconds > _QUICK_SECONDS:
                    self._lead_by_another()
                elif not self._is_watching:
                    self._is_watching = True
                    self._watch_wake.release()
            return taken

    def _pop_waiting(self):
        while self._order:
            call_id = self._order.popleft()
            call = self._waiting.pop(call_id, None)
            if call is not None:
                return call
        return None

    def _lead_by_another(self):
        """Makes an idle or new thread the leader. If no thread can be started, the leader stays."""
        self._leader = self._another() or self._leader

    def _another(self):
        """Wakes an idle thread or starts one. That thread takes the lock next. Returns None if no thread can be
        started.
        """
        if self._idle:
            thread = self._idle.pop()
            thread.wake.release()
            return thread
        thread = _Thread()
        try:
            threading.Thread(target=self._work, args=(thread,), name=f"call_{self._started}", daemon=True).start()
        except RuntimeError:
            return None
        self._started += 1
        return thread

    def _watch(self):
        """Looks for a leader whose call takes long. Waits while the leader has no call."""
        led = 0
        while True:
            time.sleep(_WATCH_SECONDS)
            with self._lock:
                leader = self._leader
                began = leader.began if leader is not None else None
                if began is not None:
                    if time.monotonic() - began >= _WATCH_SECONDS:
                        self._seconds = max(self._seconds, 2 * _QUICK_SECONDS)
                        self._lead_by_another()
                elif led == self._led:
                    self._is_watching = False
                led = self._led
            if not self._is_watching:
                self._watch_wake.acquire()

    def _run(self, me, call_id, call, body):
        """Runs a call in its context. Returns what is left to await, with its call and start, or None."""
        current.set(call)
        started = time.perf_counter()
        kind = ANSWER
        try:
            result = self._invoke(*self._read(body))
            if type(result) is not dict:
                if inspect.isawaitable(result) or inspect.isasyncgen(result):
                    return result, call, started
                if inspect.isgenerator(result):
                    result = self._iterate(me, call_id, call, result)
            body = self._outcomes.success(result, started)
        except InvalidCall as error:
            kind, body = REFUSED, str(error).encode("utf-8", "replace")
        except Lost as lost:
            kind, body = LOST, b""
            self._outcomes.lose(lost.__cause__, call.request_id)
        except BaseException as error:
            body = self._outcomes.failure(error, call.request_id, started)
        self._reporter.end_lines(call.request_id)
        now = time.perf_counter()
        with self._lock:
            self._release(me, now - started)
            self._forget(call_id, call)
            if call.is_cancelled:
                kind, body = ENDED, b""
            writes_now = self._leader is not me or not self._order or now - self._written_at > _WRITE_SECONDS
        self._channel.add(kind, call_id, body)
        if writes_now:
            self._written_at = now
            self._channel.flush()
        return None

    def _release(self, me, seconds):
        me.began = None
        self._running -= 1
        self._seconds += _NEWEST_WEIGHT * (min(seconds, _COUNTED_SECONDS) - self._seconds)

    def _forget(self, call_id, call):
        self._in_progress.pop(call_id, None)
        if call.is_streamed:
            self._streams.end(call_id)

    def _iterate(self, me, call_id, call, values):
        """Runs a generator until it ends, in this thread, while another thread leads."""
        with self._lock:
            if self._leader is me:
                self._lead_by_another()
        taker = self._streams.take(call_id, call)
        return iterate(values, taker, call, lambda: self._wait_for_reader(me, taker))

    def _wait_for_reader(self, me, stream):
        """Lets other threads run calls in the meantime. A leader without a replacement reads its own wake-ups."""
        with self._lock:
            self._running -= 1
            if self._order:
                self._another()
        while not stream.is_ready:
            if self._leader is me:
                self._channel.flush()
                self._channel.receive()
            else:
                stream.wait()
        with self._lock:
            self._running += 1

    def _await(self, me, call_id, awaited, context):
        """Passes a plain method's awaitable to the event loop, in the call's context, and frees the thread."""
        with self._lock:
            self._release(me, 0)
        self._loop.call_soon_threadsafe(self._start_task, call_id, awaited, context)

    def _start_task(self, call_id, awaited, context):
        _, call, _ = awaited
        task = self._awaited[call_id] = self._loop.create_task(self._finish_awaited(call_id, *awaited), context=context)
        task.add_done_callback(lambda _: self._end_awaited(call_id, call, b""))  # if it was cancelled before its first step
        if call.is_cancelled:
            task.cancel()

    def _cancel_awaited(self, call_id):
        task = self._awaited.get(call_id)
        if task is not None:
            task.cancel()

    async def _finish_awaited(self, call_id, result, call, started):
        try:
            if inspect.isawaitable(result):
                result = await result
            if is_generator(result):
                result = await iterate_on_loop(result, self._streams.take(call_id, call))
            body = self._outcomes.success(result, started)
        except BaseException as error:
            body = self._outcomes.failure(error, call.request_id, started)
        self._end_awaited(call_id, call, body)

    def _end_awaited(self, call_id, call, body):
        if self._awaited.pop(call_id, None) is None:
            return
        self._reporter.end_lines(call.request_id)
        with self._lock:
            self._forget(call_id, call)
        kind, body = (ENDED, b"") if call.is_cancelled else (ANSWER, body)
        self._channel.send(kind, call_id, body)
