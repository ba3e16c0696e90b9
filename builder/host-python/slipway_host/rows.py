"""Encodes and decodes a run's rows (src/contract/builder/rows/rows-call.ts), which are JSON lines rather than one JSON text.

A call is MARK, a JSON line that describes it, and the rows, one per line. A call without rows only builds the
steps. The answer is a JSON line that lists the failed rows, then the other rows as the steps returned them, in
order.
"""

import json
from typing import Any, NamedTuple

from slipway_host.messages import InvalidCall, utf8
from slipway_host.plain_values import NotPlain, plain

MARK = b"\x01"
SKIPPED = "skipped"


class RowsCall(NamedTuple):
    run: str
    # Number of the first row within the run.
    first: int
    batch_size: int
    parameters: Any
    lines: list


def read_rows_call(body):
    head, has_rows, rows = body[len(MARK) :].partition(b"\n")
    lines = rows.split(b"\n") if has_rows else []
    try:
        head = json.loads(head)
        return RowsCall(head["run"], head["first"], head["batch_size"], head["parameters"], lines)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidCall(f"not a call with rows: {error}") from None


class RowIds(list):
    """A frame's row IDs. Not copied, because pandas copies a frame's `attrs` with every column."""

    def __deepcopy__(self, _):
        return self


class RowsAnswer:
    """Collects the outcomes of a call's rows, in order."""

    def __init__(self):
        self._lines = []
        self._failed = []
        self._skipped = 0
        self._rows = 0
        self._error = None
        self.size = 0

    def add(self, line):
        self._lines.append(line)
        self._rows += 1
        self.size += len(line) + 1

    def add_skipped(self, line, row):
        self.add(_marked_skipped(line, row))
        self._skipped += 1

    def add_failed(self, reason):
        self._failed.append([self._rows, reason])
        self._rows += 1
        self.size += len(reason)

    def fail(self, reason):
        self._error = reason

    @property
    def has_failed(self):
        return self._error is not None

    def encoded(self):
        head = {"error": self._error, "rows": self._rows, "skipped": self._skipped, "failed": self._failed}
        return b"\n".join([json.dumps(head).encode("ascii"), *self._lines, b""])


def _marked_skipped(line, row):
    """Returns the row as sent, with the skip mark after its members."""
    if SKIPPED in row:
        return encode_row({**row, SKIPPED: True})
    members = line.strip()[:-1].rstrip()
    return members + (b"," if row else b"") + b'"%b":true}' % SKIPPED.encode()


class RowFault(Exception):
    """Raised if the row can't be decoded. The text gives the reason."""


def _no_constant(text):
    raise RowFault(f"the row is not valid JSON: {text} is not a value")


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def decode_row(line):
    try:
        row = _decoder.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RowFault(f"the row is not UTF-8: byte {error.start + 1} is 0x{line[error.start]:02x}") from None
    except (ValueError, RecursionError) as error:
        raise RowFault(f"the row is not valid JSON: {error}") from None
    if not isinstance(row, dict):
        raise RowFault(f"the row must be a JSON object, not {type(row).__name__}")
    return row


_encoder = json.JSONEncoder(default=plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def encode_row(row):
    """Most rows contain only JSON types; other rows are converted value by value. Raises NotPlain."""
    try:
        return utf8(_encoder.encode(row))
    except NotPlain:
        raise
    except (ValueError, TypeError, RecursionError):
        return utf8(_encoder.encode(plain(row)))
