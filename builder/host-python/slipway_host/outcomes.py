"""Converts a handler's return value or exception to the call's answer."""

import asyncio
import time

from slipway_host.failure import type_of
from slipway_host.messages import encode_error, encode_success
from slipway_host.rows import RowsAnswer


class Outcomes:
    def __init__(self, reporter, answer_bytes):
        self._reporter = reporter
        self._answer_bytes = answer_bytes

    def success(self, result, started):
        if type(result) is RowsAnswer:
            return result.encoded()
        return encode_success(result, _milliseconds_since(started), self._answer_bytes)

    def failure(self, error, request, started):
        if not isinstance(error, asyncio.CancelledError):
            self._reporter.log_error(error, request)
        return encode_error(type_of(error), self._reporter.message(error), _milliseconds_since(started), self._reporter.place(error))


def _milliseconds_since(started):
    return (time.perf_counter() - started) * 1000
