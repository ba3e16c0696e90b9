"""Marks a handler's output with the request ID, so that logs can be searched by request.

A marked line is written as RECORD + ID + UNIT + line (builder/server/processes/call-marks.ts).
"""

import io
import sys

from slipway_host.current_call import current

RECORD, UNIT = "\x1e", "\x1f"
# The builder keeps fewer characters of a line than this.
OPEN_CHARS_MAX = 8192


class MarkedLines(io.TextIOWrapper):
    """Standard output or error. Writes each line as a whole, even if a call prints it in pieces."""

    def __init__(self, buffer):
        super().__init__(buffer, encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True)
        self._open = {}

    def write(self, text):
        call = current.get()
        request = call.request_id if call is not None else ""
        if not request or not isinstance(text, str):
            written = super().write(text)
            if not text.endswith("\n"):
                self.flush()  # a process may be killed without writing the rest
            return written
        lines = (self._open.pop(request, "") + text).split("\n")
        rest = lines.pop()
        if rest:
            self._open[request] = rest[:OPEN_CHARS_MAX]
        if lines:
            mark = RECORD + request + UNIT
            super().write("".join(f"{mark}{line}\n" for line in lines))
        return len(text)

    def end(self, request):
        """Writes a call's last line if it has no newline."""
        rest = self._open.pop(request, None)
        if rest is not None:
            super().write(f"{RECORD}{request}{UNIT}{rest}\n")

    def end_all(self):
        for request in list(self._open):
            self.end(request)

    @property
    def has_open(self):
        return bool(self._open)


def mark_output():
    """Replaces standard output and error. Returns the new streams."""
    sys.stdout = sys.__stdout__ = MarkedLines(sys.stdout.detach())
    sys.stderr = sys.__stderr__ = MarkedLines(sys.stderr.detach())
    return sys.stdout, sys.stderr
