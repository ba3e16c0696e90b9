"""Provides a handler with its current call: `from slipway import context`."""

import time


class Context:
    """Describes the current call. Threads that the handler starts have no current call: read the values before you
    start them.
    """

    _current = None

    @property
    def request_id(self):
        """The request ID, which stays the same when a call is retried because its process died. None outside a call.
        """
        call = self._call
        return (call.request_id or None) if call else None

    @property
    def traceparent(self):
        """The W3C Trace Context `traceparent` header for requests that the handler makes. None if the caller sent
        none.
        """
        call = self._call
        return (call.traceparent or None) if call else None

    @property
    def deadline(self):
        """The call's deadline, on the clock of time.time(). None outside a call."""
        call = self._call
        return call.deadline if call else None

    @property
    def time_left(self):
        """Seconds until the deadline, at least 0. None outside a call."""
        deadline = self.deadline
        return None if deadline is None else max(0.0, deadline - time.time())

    @property
    def cancelled(self):
        """True if nobody is waiting for the call anymore. A thread can't be stopped, so check this now and then in
        long loops.
        """
        call = self._call
        return call is not None and call.is_cancelled

    @property
    def _call(self):
        return None if self._current is None else self._current.get()


context = Context()


def receive(current):
    """Sets the context variable that holds the current call. The host calls this before it loads the plugin."""
    Context._current = current
