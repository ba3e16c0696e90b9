"""Sends events to the builder: start progress, and lines for the author's log."""

import contextlib
import json
import time

from slipway_host.messages import EVENT
from slipway_host.request_marks import mark_output

TRACES_PER_SECOND = 10
# The builder shows this many characters of each line, and accepts events of up to 256 KiB and 1,000 lines.
LINE_CHARS = 4096
EVENT_BYTES = 128 * 1024
EVENT_LINES = 500


class Reporter:
    def __init__(self, traces):
        self._traces = traces
        self._channel = None
        self._second = 0
        self._traces_left = 0
        self._output = mark_output()

    def connect(self, channel):
        self._channel = channel
        self.send = channel.send

    def event(self, **event):
        self._channel.send(EVENT, 0, _encode(event))

    def log(self, lines, request=""):
        mark = {"request": request} if request else {}
        part, size = [], 0
        for line in lines:
            line = line[:LINE_CHARS]
            if part and (size > EVENT_BYTES or len(part) == EVENT_LINES):
                self.event(type="log", lines=part, **mark)
                part, size = [], 0
            part.append(line)
            size += len(json.dumps(line))
        self.event(type="log", lines=part, **mark)

    def log_cause(self, error):
        self.log(self._traces.lines(error))

    def log_error(self, error, request, *notes):
        """Logs a traceback after the notes, but only a few per second: a handler that raises on every call must not flood the
        log.
        """
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._traces_left = second, TRACES_PER_SECOND
        if self._traces_left > 0:
            self._traces_left -= 1
            self.log([*notes, *self._traces.lines(error)], request)

    def ask_replacement(self, reason):
        """Asks the builder for a new process in place of this one. Works from any thread."""
        self._channel.send_from_thread(EVENT, 0, _encode({"type": "replace", "reason": reason}))

    def warn(self, line):
        """Logs one line. Works from another thread while the event loop is blocked."""
        self._channel.send_from_thread(EVENT, 0, _encode({"type": "log", "lines": [line[:LINE_CHARS]]}))

    def end_lines(self, request):
        """Writes a call's unfinished lines."""
        for stream in self._output:
            if stream.has_open:
                stream.end(request)

    def end_output(self):
        """Writes all calls' unfinished lines, before the process exits."""
        for stream in self._output:
            with contextlib.suppress(OSError):
                stream.end_all()

    def message(self, error):
        return self._traces.message(error)

    def place(self, error):
        return self._traces.place(error)

    def place_of_frame(self, frame):
        return self._traces.place_of_frame(frame)


def _encode(event):
    return json.dumps(event).encode("ascii")
