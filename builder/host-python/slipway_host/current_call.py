"""The current call, or the calls of the current batch: request ID, deadline, and whether nobody waits anymore."""

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


class CurrentBatch:
    """Describes the calls of a batch as one call: with their request ID only if there is one call, and their earliest deadline."""

    __slots__ = ("calls",)

    def __init__(self, calls):
        self.calls = calls

    @property
    def request_id(self):
        return self.calls[0].request_id if len(self.calls) == 1 else ""

    @property
    def traceparent(self):
        return self.calls[0].traceparent if len(self.calls) == 1 else ""

    @property
    def deadline(self):
        return min(call.deadline for call in self.calls)

    @property
    def is_cancelled(self):
        return all(call.is_cancelled for call in self.calls)


# None outside a call, including in threads that a handler starts itself.
current = contextvars.ContextVar("slipway_call", default=None)
