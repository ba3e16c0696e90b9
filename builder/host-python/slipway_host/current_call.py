"""The current call: its request ID, its deadline, and whether it was cancelled."""

import contextvars


class CurrentCall:
    __slots__ = ("request_id", "deadline", "is_streamed", "traceparent", "is_cancelled")

    def __init__(self, request_id, deadline=None, is_streamed=False, traceparent=""):
        # Empty if the caller gave none.
        self.request_id = request_id
        # Seconds of the Unix clock.
        self.deadline = deadline
        # True if the caller takes a generator's values one by one.
        self.is_streamed = is_streamed
        # Empty if the caller sent none.
        self.traceparent = traceparent
        self.is_cancelled = False


# None outside a call, including in threads that a handler starts itself.
current = contextvars.ContextVar("slipway_call", default=None)
