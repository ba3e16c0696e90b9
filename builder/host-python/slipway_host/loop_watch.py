"""Warns the author when a coroutine blocks the event loop, which all calls of an async handler share.

During calls, the loop records the time four times a second, and a thread checks that the recorded time is recent.
"""

import sys
import threading
import time

BEAT_SECONDS = 0.25
WARN_EVERY_SECONDS = 60.0


class LoopWatch:
    blocked_seconds = 1.0

    def __init__(self, loop, describe, warn):
        """`describe` turns the blocking frame into a warning, or returns None. `warn` sends the warning, from any
        thread.
        """
        self._loop = loop
        self._describe = describe
        self._warn = warn
        self._loop_thread = threading.get_ident()
        self._has_calls = None
        self._beat_at = 0.0
        self._warned_at = -WARN_EVERY_SECONDS
        self._beating = threading.Event()
        self.is_on = False

    def start(self, has_calls):
        """Watches while `has_calls` returns true. Does nothing if it's already watching."""
        if self._has_calls is None:
            self._has_calls = has_calls
            threading.Thread(target=self._look, name="loop-watch", daemon=True).start()
        self.is_on = True
        self._beat_at = time.monotonic()
        self._beating.set()
        self._loop.call_later(BEAT_SECONDS, self._beat)

    def _beat(self):
        now = time.monotonic()
        late = now - self._beat_at
        self._beat_at = now
        if late > self.blocked_seconds + BEAT_SECONDS:
            self._report(None)  # the thread didn't get to run either, so what blocked is not known
        if self._has_calls():
            self._loop.call_later(BEAT_SECONDS, self._beat)
        else:
            self.is_on = False
            self._beating.clear()

    def _look(self):
        while True:
            self._beating.wait()
            time.sleep(BEAT_SECONDS)
            if self.is_on and time.monotonic() - self._beat_at > self.blocked_seconds:
                self._report(sys._current_frames().get(self._loop_thread))

    def _report(self, frame):
        now = time.monotonic()
        if now - self._warned_at >= WARN_EVERY_SECONDS:
            self._warned_at = now
            self._warn(self._describe(frame))
