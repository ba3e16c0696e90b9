"""Asks for a new process in place of this one: after an error that CUDA can't recover from, or because the plugin says so."""

import threading
import time

from slipway_host.lost_gpu import lost_gpu

# What a caller gets after the message of the error.
ADVICE = (
    "The process is being replaced, because its CUDA context can't recover. Other processes go on. "
    "If the call fails again, look for its cause with CUDA_LAUNCH_BLOCKING=1, such as an index out of range in its input"
)
# The builder cuts longer reasons.
REASON_MAX = 500


class Lost(Exception):
    """Raised instead of an answer: the call goes to another process. Its cause is the error that CUDA can't recover from."""


class Replacement:
    """`ask` is called with the reason, at most once, in any thread."""

    def __init__(self, ask):
        self._ask = ask
        self._lock = threading.Lock()
        self.reason = None
        # When it was asked for, by time.monotonic().
        self.since = None

    @property
    def is_asked(self):
        return self.reason is not None

    def check(self, error):
        """Asks for a new process if CUDA can't recover from the error. Returns whether that's so."""
        said = lost_gpu(error)
        if said is not None:
            self._ask_once(f"CUDA can't recover from an error: {said}")
        return said is not None

    def ask_for_plugin(self, reason):
        self._ask_once(f"The plugin asked for it: {reason}")

    def _ask_once(self, reason):
        with self._lock:
            if self.is_asked:
                return
            self.reason, self.since = reason[:REASON_MAX], time.monotonic()
        self._ask(self.reason)
