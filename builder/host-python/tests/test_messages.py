"""Reading calls and writing results, at their edges."""

import json
import unittest

from support import messages

from slipway_host.messages import InvalidCall, InvalidResult, encode_success, read_call


class Array:
    """As arrays of numeric libraries behave."""

    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


class Scalar:
    def item(self):
        return 2.5


class ReadCall(unittest.TestCase):
    def assert_refused(self, body, words):
        with self.assertRaises(InvalidCall) as caught:
            read_call(body)
        self.assertIn(words, str(caught.exception))

    def test_refuses_what_is_not_json(self):
        self.assert_refused(b'{"inputs":', "not JSON")
        self.assert_refused(b"\xff\xfe", "not JSON")
        self.assert_refused(b"", "not JSON")

    def test_refuses_constants_that_python_would_take(self):
        self.assert_refused(b'{"inputs":{"x":NaN},"parameters":{}}', "NaN is not JSON")
        self.assert_refused(b'{"inputs":{"x":-Infinity},"parameters":{}}', "-Infinity is not JSON")

    def test_refuses_nesting_that_python_can_not_follow(self):
        self.assert_refused(b'{"inputs":' + b"[" * 100_000, "not JSON")


class EncodeSuccess(unittest.TestCase):
    def result(self, value, bytes_max=10_000):
        return json.loads(encode_success(value, 1.0, bytes_max))["result"]

    def assert_refused(self, value, words, bytes_max=10_000):
        with self.assertRaises(InvalidResult) as caught:
            encode_success(value, 1.0, bytes_max)
        self.assertIn(words, str(caught.exception))

    def test_converts_arrays_and_scalars(self):
        self.assertEqual(
            self.result({"embedding": Array([1.0, Scalar()]), "score": Scalar()}),
            {"embedding": [1.0, 2.5], "score": 2.5},
        )

    def test_keeps_text_as_it_is(self):
        self.assertEqual(self.result({"text": "Zwölf \ud800 🦊"}), {"text": "Zwölf \ud800 🦊"})

    def test_names_what_is_no_dict(self):
        self.assert_refused([1.0], "must return a dict, not list")
        self.assert_refused(None, "must return a dict, not NoneType")

    def test_names_the_entry_that_is_no_json(self):
        self.assert_refused({"ok": 1, "blob": b"\0"}, "at 'blob': bytes is not a JSON value")
        self.assert_refused({"distance": float("nan")}, "at 'distance'")
        self.assert_refused({(1, 2): 3}, "at (1, 2)")

    def test_follows_no_circle(self):
        circle = {}
        circle["self"] = circle
        self.assert_refused(circle, "not JSON")
        deep = []
        for _ in range(100_000):
            deep = [deep]
        self.assert_refused({"deep": deep}, "not JSON")

    def test_refuses_a_result_above_the_limit(self):
        self.assert_refused({"text": "x" * 100}, "has 111 bytes, the limit is 50", bytes_max=50)


if __name__ == "__main__":
    unittest.main()
