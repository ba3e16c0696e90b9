"""Limits a replica's concurrent calls, and keeps one request free for the readers of its streams.

A stream occupies its place in Ray Serve until it ends, and continues only if its reader can report what it has taken.
So Ray Serve lets one request more into a replica than its calls. While nothing is streamed, one call waits there for
the next free place. Otherwise calls without a place are refused, and Slipway sends them again.
"""

import asyncio
import collections


class Admission:
    def __init__(self, calls_max):
        self._calls_max = calls_max
        self._free = calls_max
        self._streams = 0
        self._waiting = collections.deque()

    @property
    def is_idle(self):
        return self._free == self._calls_max

    async def enter(self):
        """Returns whether the call may run. If so, call `leave` after it."""
        if self._free > 0:
            self._free -= 1
            return True
        if self._streams > 0:
            return False
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.result():
                self.leave()
            raise

    def leave(self):
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(True)
                return
        self._free += 1

    def open_stream(self):
        self._streams += 1
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(False)

    def close_stream(self):
        self._streams -= 1
