"""Converts a handler's return value or exception to the call's answer."""

import asyncio
import time

from slipway_host.failure import type_of
from slipway_host.messages import encode_error, encode_success
from slipway_host.replacement import ADVICE
from slipway_host.rows import RowsAnswer


class Outcomes:
    def __init__(self, reporter, answer_bytes, replacement):
        self._reporter = reporter
        self._replacement = replacement
        self._answer_bytes = answer_bytes

    def success(self, result, started):
        if type(result) is RowsAnswer:
            return result.encoded()
        return encode_success(result, _milliseconds_since(started), self._answer_bytes)

    def failure(self, error, request, started):
        message = self._reporter.message(error)
        if not isinstance(error, asyncio.CancelledError):
            self._reporter.log_error(error, request)
            if self._replacement.check(error):
                message = f"{message.rstrip().rstrip('.')}. {ADVICE}"
        return encode_error(type_of(error), message, _milliseconds_since(started), self._reporter.place(error))

    def lose(self, error, request):
        """Logs an error that CUDA can't recover from, and asks for a new process, which its calls go to."""
        self._reporter.log_error(error, request)
        self._replacement.check(error)


def _milliseconds_since(started):
    return (time.perf_counter() - started) * 1000
