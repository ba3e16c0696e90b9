"""Tells a handler about the call that it answers: `from slipway import context`."""

import time


class Context:
    """Describes the call that runs. In a thread that the handler starts itself there is none: read what it needs before."""

    _current = None

    @property
    def request_id(self):
        """The ID of the request, the same when a call runs again after its process died. None outside of a call."""
        call = self._call
        return (call.request_id or None) if call else None

    @property
    def traceparent(self):
        """The header `traceparent` for requests that the handler makes, by W3C Trace Context. None if the caller sent none."""
        call = self._call
        return (call.traceparent or None) if call else None

    @property
    def deadline(self):
        """When the call ends at the latest, in seconds of time.time(). None outside of a call."""
        call = self._call
        return call.deadline if call else None

    @property
    def time_left(self):
        """Seconds until the deadline, 0 at the least. None outside of a call."""
        deadline = self.deadline
        return None if deadline is None else max(0.0, deadline - time.time())

    @property
    def cancelled(self):
        """Whether nobody waits for the call any longer. A thread can't be stopped, so a long loop should look now and then."""
        call = self._call
        return call is not None and call.is_cancelled

    @property
    def _call(self):
        return None if self._current is None else self._current.get()


context = Context()


def receive(current):
    """Takes the context variable that holds the current call. The host calls it before the plugin is loaded."""
    Context._current = current
