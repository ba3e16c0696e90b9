"""Provides a handler with its current call or batch of calls: `from slipway import context`."""

import sys
import time


class _Described:
    """Describes `_call`, which is None outside a call."""

    @property
    def request_id(self):
        """The request ID, which stays the same when a call is retried because its process died. None outside a call, and
        for a batch of several calls.
        """
        call = self._call
        return (call.request_id or None) if call else None

    @property
    def traceparent(self):
        """The W3C Trace Context `traceparent` header for requests that the handler makes. None if the caller sent none, and
        for a batch of several calls.
        """
        call = self._call
        return (call.traceparent or None) if call else None

    @property
    def deadline(self):
        """The deadline of the call, or the earliest one of a batch, on the clock of time.time(). None outside a call."""
        call = self._call
        return call.deadline if call else None

    @property
    def time_left(self):
        """Seconds until the deadline, at least 0. None outside a call."""
        deadline = self.deadline
        return None if deadline is None else max(0.0, deadline - time.time())

    @property
    def cancelled(self):
        """True if nobody is waiting for the call, or for any call of the batch. A thread can't be stopped, so check this now
        and then in long loops.
        """
        call = self._call
        return call is not None and call.is_cancelled


class Context(_Described):
    """Describes the current call. Threads that the handler starts have no current call: read the values before you
    start them.
    """

    _current = None
    _replace = None

    @property
    def calls(self):
        """The calls of the current batch, in the order of `run_many`'s inputs. Without a batch, the current call. Empty
        outside a call.
        """
        call = self._call
        return [CallOfBatch(one) for one in getattr(call, "calls", (call,))] if call else []

    def replace_process(self, reason):
        """Replaces this process: it gets no new calls, finishes those that it has, and a new process loads the plugin. Other processes
        go on. Outside Slipway, only prints a note.
        """
        if self._replace is None:
            print(f"slipway: where calls are served, this process would be replaced now: {reason}", file=sys.stderr)
        else:
            self._replace(str(reason))

    @property
    def _call(self):
        return None if self._current is None else self._current.get()


class CallOfBatch(_Described):
    """Describes one call of a batch. In a `with` block, it is the current call, so that printed lines get its request ID."""

    def __init__(self, call):
        self._call = call
        self._tokens = []

    def __enter__(self):
        self._tokens.append(Context._current.set(self._call))
        return self

    def __exit__(self, *_):
        Context._current.reset(self._tokens.pop())


context = Context()


def receive(current, replace=None):
    """Sets the context variable that holds the current call, and what replaces the process. The host calls this before it loads the
    plugin.
    """
    Context._current = current
    context._replace = replace
