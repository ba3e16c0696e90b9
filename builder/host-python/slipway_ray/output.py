"""Writes a plugin's output to its replica's log, one record per line, where Slipway finds it (src/features/clusters/ray/logs.ts).
"""

import datetime
import io
import json
import logging
import sys

from slipway_host.current_call import current

# The Worker keeps fewer characters of a line than this.
LINE_CHARS_MAX = 8192
MARK = "slipway-line "

_log = logging.getLogger("ray.serve")


class Output(io.TextIOBase):
    """A plugin's standard output or error. Keeps the lines of concurrent calls apart, even if they are printed in
    pieces.
    """

    def __init__(self, stream):
        self._stream = stream
        self._open = {}

    def writable(self):
        return True

    def write(self, text):
        call = current.get()
        request = call.request_id if call is not None else ""
        lines = (self._open.pop(request, "") + text).split("\n")
        rest = lines.pop()
        if rest:
            self._open[request] = rest[:LINE_CHARS_MAX]
        for line in lines:
            write_line(self._stream, line, request)
        return len(text)

    def end(self, request):
        """Writes the last line of a call, or of no call, if it has no newline."""
        rest = self._open.pop(request, None)
        if rest is not None:
            write_line(self._stream, rest, request)


def write_line(stream, line, request=""):
    at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {"at": at, "stream": stream, "line": line[:LINE_CHARS_MAX]}
    if request:
        record["request"] = request
    _log.info(MARK + json.dumps(record))


class ErrorLog:
    """Logs tracebacks, after notes."""

    def __init__(self, traces):
        self._lines, self.message, self.place = traces.lines, traces.message, traces.place

    def log_error(self, error, request, *notes):
        for line in [*notes, *self._lines(error)]:
            write_line("stderr", line, request)


def take_output():
    """Replaces this process's standard output and error. Returns the new streams."""
    sys.stdout, sys.stderr = Output("stdout"), Output("stderr")
    return sys.stdout, sys.stderr
