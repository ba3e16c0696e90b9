"""Encodes and decodes the channel's messages: frames, calls and answers (src/contract/builder/instances.ts).

A frame is [u32 body length][u32 call ID][u8 kind], big-endian, followed by the body.
"""

import json
import struct
import time

from slipway_host.current_call import CurrentCall
from slipway_host.failure import limit_note
from slipway_host.plain_values import NotPlain, check_keys, converted, is_missing

HEADER = struct.Struct(">IIB")

# Sent by the builder. CREDIT: how many stream bytes the reader has taken. RUN: the calls since the last RUN are one batch.
START, CALL, CANCEL, PROBE, CREDIT, RUN = 1, 2, 3, 4, 5, 6
# Sent to the builder. ENDED: a cancelled call is no longer running, whatever its outcome. PROBED: echoes the
# probe's body. BEGAN: the call's values follow, each as a CHUNK, and then its ANSWER without a result. LOST: the call goes to
# another process.
EVENT, ANSWER, REFUSED, ENDED, PROBED, BEGAN, CHUNK, LOST = 1, 2, 3, 4, 5, 6, 7, 8

# A call's header: whether values are streamed, the milliseconds until its deadline, and the lengths of the request
# ID and the traceparent, either of which may be 0. Both texts follow, then the Call's JSON.
CALL_HEAD = struct.Struct(">BIBB")
CREDIT_BYTES = struct.Struct(">I")


def frame(kind, call_id, body=b""):
    return HEADER.pack(len(body), call_id, kind) + body


class InvalidCall(Exception):
    """Raised if the body isn't a valid Call. The text gives the reason."""


def _no_constant(text):
    raise InvalidCall(f"{text} is not valid JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def split_call(body):
    """Returns (CurrentCall, JSON of the Call)."""
    is_streamed, left_ms, id_bytes, trace_bytes = CALL_HEAD.unpack_from(body)
    id_end = CALL_HEAD.size + id_bytes
    end = id_end + trace_bytes
    request_id = body[CALL_HEAD.size : id_end].decode("ascii")
    traceparent = body[id_end:end].decode("ascii") if trace_bytes else ""
    return CurrentCall(request_id, time.time() + left_ms / 1000, is_streamed == 1, traceparent), body[end:]


def read_call(body):
    """Returns (inputs, parameters) from the JSON of a Call."""
    try:
        call = _decoder.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidCall(f"Python can't decode its JSON: {error}") from None
    if not isinstance(call, dict):
        raise InvalidCall("the body is not a JSON object")
    for key in ("inputs", "parameters"):
        if not isinstance(call.get(key), dict):
            raise InvalidCall(f"{key} must be an object")
    return call["inputs"], call["parameters"]


class InvalidResult(Exception):
    """Raised if the handler's result can't be sent. The text gives the reason."""


def _convert(value):
    """Converts numeric libraries' arrays and scalars, and times. pandas' missing values become null."""
    if is_missing(value):
        return None
    try:
        return converted(value)
    except NotPlain:
        raise TypeError(f"{type(value).__name__} is not a JSON value") from None


_encoder = json.JSONEncoder(default=_convert, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def utf8(text):
    """Encodes JSON. Only a lone surrogate isn't UTF-8, and becomes an escape. So do the characters that Python's `splitlines`, and so
    many callers, takes for the end of a stream's line.
    """
    if not text.isascii():
        text = text.replace("\x85", r"\u0085").replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")
    return text.encode("utf-8", "backslashreplace")


def _encoded(value):
    """Raises TypeError, ValueError or RecursionError."""
    body = utf8(_encoder.encode(value))
    try:
        check_keys(value)
    except NotPlain as reason:
        raise TypeError(f"it {reason}") from None
    return body


class Encoded(bytes):
    """Encodes a result as JSON."""


def encode_value(value, bytes_max, name):
    """Encodes one of several values. Errors refer to it as `name`."""
    try:
        body = _encoded(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidResult(f"{name} can't be encoded as JSON: {error}") from None
    if len(body) > bytes_max:
        raise InvalidResult(f"{name} is {len(body)} bytes; the limit of one value is {bytes_max}")
    return body


def encode_success(result, duration_ms, bytes_max):
    if not isinstance(result, dict):
        if isinstance(result, Encoded):
            return _success(result, duration_ms)
        raise InvalidResult(f"the handler must return a dict, not {type(result).__name__}")
    try:
        body = _encoded(result)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidResult(f"the result can't be encoded as JSON{_culprit(result)}: {error}") from None
    if len(body) > bytes_max:
        raise too_large(len(body), bytes_max)
    return _success(body, duration_ms)


def _success(body, duration_ms):
    return b'{"status":"success","result":%b,"duration_ms":%.3f}' % (body, duration_ms)


def too_large(size, bytes_max):
    return InvalidResult(f"the result is {size} bytes; the limit is {bytes_max}. {limit_note('answer')}".rstrip())


def _culprit(result):
    """Names the entry in the result that can't be encoded, if there is only one."""
    for key, value in result.items():
        try:
            _encoded({key: value})
        except (TypeError, ValueError, RecursionError):
            return f" at {key!r}"[:200]
    return ""


def encode_error(type_name, message, duration_ms, place=None):
    """`place` is the `file:line` in the plugin where the error was raised, if known."""
    error = {"type": type_name, "message": message, **({"at": place} if place else {})}
    return utf8(_encoder.encode({"status": "error", "error": error, "duration_ms": round(duration_ms, 3)}))
