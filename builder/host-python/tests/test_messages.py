"""Tests edge cases when decoding calls and encoding results."""

import datetime
import json
import unittest

from support import messages

from slipway_host.messages import InvalidCall, InvalidResult, encode_error, encode_success, read_call


class Array:
    """Behaves like a numeric library's array."""

    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


class Scalar:
    def item(self):
        return 2.5


class ReadCall(unittest.TestCase):
    def assert_rejected(self, body, message):
        with self.assertRaises(InvalidCall) as caught:
            read_call(body)
        self.assertIn(message, str(caught.exception))

    def test_rejects_invalid_json(self):
        self.assert_rejected(b'{"inputs":', "can't decode its JSON")
        self.assert_rejected(b"\xff\xfe", "can't decode its JSON")
        self.assert_rejected(b"", "can't decode its JSON")

    def test_rejects_constants_that_python_accepts(self):
        self.assert_rejected(b'{"inputs":{"x":NaN},"parameters":{}}', "NaN is not valid JSON")
        self.assert_rejected(b'{"inputs":{"x":-Infinity},"parameters":{}}', "-Infinity is not valid JSON")

    def test_rejects_nesting_too_deep_for_python(self):
        self.assert_rejected(b'{"inputs":' + b"[" * 100_000, "can't decode its JSON")


class EncodeSuccess(unittest.TestCase):
    def result(self, value, bytes_max=10_000):
        return json.loads(encode_success(value, 1.0, bytes_max))["result"]

    def assert_rejected(self, value, message, bytes_max=10_000):
        with self.assertRaises(InvalidResult) as caught:
            encode_success(value, 1.0, bytes_max)
        self.assertIn(message, str(caught.exception))

    def test_converts_arrays_and_scalars(self):
        self.assertEqual(
            self.result({"embedding": Array([1.0, Scalar()]), "score": Scalar()}),
            {"embedding": [1.0, 2.5], "score": 2.5},
        )

    def test_sends_times_as_text(self):
        zone = datetime.timezone(datetime.timedelta(hours=2))
        times = [datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 6, zone)]
        self.assertEqual(self.result({"times": times}), {"times": ["2026-01-02", "2026-01-02T03:04:05.000006+02:00"]})

    def test_names_an_object_with_two_keys_of_one_text(self):
        for twice in ({1: "a", "1": "b"}, {None: "a", "null": "b"}, {1.0: "a", "1.0": "b"}):
            with self.subTest(twice):
                self.assert_rejected({"ok": 1, "deep": [{"map": twice}]}, "at 'deep': it has an object with two keys")
        self.assertEqual(self.result({"map": {1: "a", 2: "b"}}), {"map": {"1": "a", "2": "b"}})

    def test_does_not_change_text(self):
        self.assertEqual(self.result({"text": "Zwölf \ud800 🦊"}), {"text": "Zwölf \ud800 🦊"})

    def test_writes_text_as_it_is(self):
        self.assertIn('{"Größe":"日本語 🦊 \\ud800"}'.encode(), encode_success({"Größe": "日本語 🦊 \ud800"}, 1.0, 100))
        self.assertIn("日本".encode(), encode_error("ValueError", "日本", 1.0))

    def test_a_result_is_one_line_to_every_reader(self):
        value = {"t": "a\x85b\u2028c\u2029d\x0be\x1cf"}
        self.assertEqual(self.result(value), value)
        self.assertEqual(len(encode_success(value, 1.0, 1000).decode().splitlines()), 1)

    def test_counts_the_bytes_of_utf_8(self):
        encode_success({"t": "本" * 10}, 1.0, 38)
        self.assert_rejected({"t": "本" * 10}, "is 38 bytes; the limit is 37", bytes_max=37)

    def test_names_the_type_of_a_result_that_is_not_a_dict(self):
        self.assert_rejected([1.0], "must return a dict, not list")
        self.assert_rejected(None, "must return a dict, not NoneType")

    def test_names_the_entry_that_cannot_be_encoded(self):
        self.assert_rejected({"ok": 1, "blob": b"\0"}, "at 'blob': bytes is not a JSON value")
        self.assert_rejected({"distance": float("nan")}, "at 'distance'")
        self.assert_rejected({(1, 2): 3}, "at (1, 2)")

    def test_rejects_cycles_and_deep_nesting(self):
        cycle = {}
        cycle["self"] = cycle
        self.assert_rejected(cycle, "can't be encoded as JSON")
        deep = []
        for _ in range(100_000):
            deep = [deep]
        self.assert_rejected({"deep": deep}, "can't be encoded as JSON")

    def test_rejects_a_result_above_the_limit(self):
        self.assert_rejected({"text": "x" * 100}, "is 111 bytes; the limit is 50", bytes_max=50)
